import * as pulumi from "@pulumi/pulumi";
import { authScheme } from "../properties/auth-scheme";
import type { ArgsOf, OutputsOf } from "./args";
import { requireArgs } from "./program-error";
import { Registration } from "./registration";

export interface AuthSchemeArgs extends ArgsOf<typeof authScheme> {}

export interface AuthScheme extends OutputsOf<typeof authScheme> {}

/**
 * OAuth2 credentials that ENS uses against your authorization server before it delivers events. ENS asks that
 * server for a token when the scheme is created or updated, and refuses the scheme when it gets none.
 *
 * ENS never returns credentials and offers no way to read a scheme, so changes made elsewhere cannot be seen.
 *
 * Source: "Use OAuth2 Authentication with Event Notification Service".
 */
export class AuthScheme extends pulumi.CustomResource {
  constructor(name: string, args: AuthSchemeArgs, options?: pulumi.CustomResourceOptions) {
    const example = '{ grantType: "client_credentials", authUrl, clientId, clientSecret }';
    const inputs = { ...requireArgs("AuthScheme", name, args, example) };
    const registration = new Registration("AuthScheme", authScheme, name, inputs, options);
    try {
      super(...registration.parameters);
    } catch (error) {
      throw registration.restoreTrace(error, new.target);
    } finally {
      registration.end();
    }
    registration.setIds(this);
  }
}
