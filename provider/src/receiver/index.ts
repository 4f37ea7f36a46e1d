/** The receiver kit. The package `pulumi-ens-receiver` contains the same and installs nothing else. */
export * from "pulumi-ens-receiver";
