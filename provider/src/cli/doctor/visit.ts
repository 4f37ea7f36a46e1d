import { environmentSource } from "pulumi-ens-receiver/internal";
import type { EnsClient } from "../../ens/client";
import { Run } from "../../run/run";
import { readSettings, type Settings, type SettingsSource } from "../../run/settings";
import { readUnit, type UnitCallback } from "../shared/read-unit";
import type { Terminal } from "../shared/terminal";

/** What a person asks of the doctor. */
export interface Wishes {
  readonly readOnly: boolean;
  readonly keyFile: string | undefined;
  readonly keyName: string | undefined;
  /** Certificates of all trusted authorities, in PEM form; those of Node when left out. */
  readonly authorities: readonly string[] | undefined;
}

/** One visit: the settings, one client, and what was read, once for all checks. */
export class Visit {
  readonly terminal: Terminal;
  readonly wishes: Wishes;
  readonly source: SettingsSource;
  #settings: Settings | undefined;
  #run: Run | undefined;
  #unit: Promise<UnitCallback[]> | undefined;

  constructor(terminal: Terminal, wishes: Wishes) {
    this.terminal = terminal;
    this.wishes = wishes;
    this.source = environmentSource(terminal.env);
  }

  get now(): number {
    return this.terminal.clock?.now() ?? Date.now();
  }

  /** Throws when they cannot be read, which a check of its own says. */
  get settings(): Settings {
    this.#settings ??= readSettings(this.source);
    return this.#settings;
  }

  /** Of any business unit: whether it is the expected one is a check of its own. */
  get ens(): EnsClient {
    return this.#open().ens;
  }

  /** All callbacks with their subscriptions, read once. */
  unit(): Promise<UnitCallback[]> {
    this.#unit ??= readUnit(this.#open(), this.terminal);
    return this.#unit;
  }

  async close(): Promise<void> {
    await this.#run?.close();
  }

  #open(): Run {
    const { expected: _, ...settings } = this.settings;
    const { clock } = this.terminal;
    this.#run ??= new Run(settings, clock === undefined ? {} : { clock });
    return this.#run;
  }
}
