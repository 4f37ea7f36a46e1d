import { environmentSource } from "pulumi-ens-receiver/internal";
import type { EnsClient } from "../../ens/client";
import { Run } from "../../run/run";
import { readSettings, type Settings, type SettingsSource } from "../../run/settings";
import { readUnit, type UnitCallback } from "../shared/read-unit";
import type { Terminal } from "../shared/terminal";

/** Options of `ens doctor`. */
export interface DoctorOptions {
  readonly readOnly: boolean;
  readonly keyFile: string | undefined;
  readonly keyName: string | undefined;
  /** Certificates of all trusted authorities, in PEM format. Default: those of Node. */
  readonly authorities: readonly string[] | undefined;
}

/** Settings, client and objects that all checks of one run share. */
export class Context {
  readonly terminal: Terminal;
  readonly options: DoctorOptions;
  readonly source: SettingsSource;
  #settings: Settings | undefined;
  #run: Run | undefined;
  #unit: Promise<UnitCallback[]> | undefined;

  constructor(terminal: Terminal, options: DoctorOptions) {
    this.terminal = terminal;
    this.options = options;
    this.source = environmentSource(terminal.env);
  }

  get now(): number {
    return this.terminal.clock?.now() ?? Date.now();
  }

  /** The settings. Throws when they cannot be read, which the group `settings` reports. */
  get settings(): Settings {
    this.#settings ??= readSettings(this.source);
    return this.#settings;
  }

  /** A client without the check of the expected business unit, because the group `business-unit` makes that check. */
  get ens(): EnsClient {
    return this.#open().ens;
  }

  /** Reads all callbacks with their subscriptions, once. */
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
