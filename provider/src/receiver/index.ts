/** What a receiver needs, also as the package `pulumi-ens-receiver`, which installs nothing else. */
export * from "pulumi-ens-receiver";
