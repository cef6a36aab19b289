terraform {
  required_version = ">= 1.11"
  required_providers {
    oneroster = {
      source = "rosterform/oneroster"
    }
  }
}

variable "folder" {
  description = "Folder with one YAML file for each district, relative to the folder in which Terraform runs."
  type        = string
}

data "oneroster_district" "each" {
  for_each = fileset(var.folder, "*.yaml")
  file     = "${var.folder}/${each.value}"
}

locals {
  # `springfield/Edlink["north"]` => what its file wants. Districts that are only observed are left out.
  connections = merge([
    for district in data.oneroster_district.each : {
      for label, connection in district.connections : "${district.district}/${label}" => connection
    } if district.mode == "manage"
  ]...)
}

resource "oneroster_connection" "each" {
  for_each = local.connections

  district     = each.value.district
  vendor       = each.value.vendor
  name         = each.value.name
  site         = each.value.site
  version      = each.value.version
  kind         = each.value.kind
  state        = each.value.state
  schools      = each.value.schools
  share        = each.value.share
  rotate       = each.value.rotate
  accept       = each.value.accept
  adopt        = each.value.adopt
  replaces     = each.value.replaces
  was          = each.value.was
  protected    = each.value.protected
  deliver_from = each.value.deliver_from
  sync_period  = each.value.sync_period
  ends         = each.value.ends
  expires      = each.value.expires
  owner        = each.value.owner
  contact      = each.value.contact
  labels       = each.value.labels
  attest       = each.value.attest
  freeze       = each.value.freeze
  confirmation = each.value.confirmation
}

output "connections" {
  description = "Every connection by its address: the current one, the candidate of an open cut-over, and where it stands."
  value       = oneroster_connection.each
}

output "waiting" {
  description = "What is awaited, by address."
  value       = { for address, one in oneroster_connection.each : address => one.evidence.awaits if one.cutover == "waiting" }
}
