/** The full address of the provider: where configurations look for it when they say `rosterform/oneroster`. */
export const SOURCE = "registry.terraform.io/rosterform/oneroster";
