export * from "../environments/index";
