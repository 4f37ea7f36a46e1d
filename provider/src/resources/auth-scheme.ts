import * as pulumi from "@pulumi/pulumi";
import { authScheme } from "../properties/auth-scheme";
import type { ArgsOf, OutputsOf } from "./args";
import { requireArgs } from "./program-error";
import { Registration } from "./registration";

export interface AuthSchemeArgs extends ArgsOf<typeof authScheme> {}

export interface AuthScheme extends OutputsOf<typeof authScheme> {}

/**
 * OAuth2 credentials with which ENS gets a token from your authorization server before it delivers events. ENS also
 * requests a token when the scheme is created or updated, and rejects the scheme if it gets none.
 *
 * ENS never returns credentials and has no request to read a scheme, so drift cannot be detected.
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
