terraform {
  required_providers {
    oneroster = {
      source = "rosterform/oneroster"
    }
  }
}

variable "schoology" {
  description = "OneRoster version of the one connection of this test."
  type        = string
}

resource "oneroster_connection" "schoology" {
  district = "capital-city"
  vendor   = "Otus"
  version  = var.schoology
  kind     = "supported"
  accept   = ["user-ids 1.1->1.2"]
  site     = { host = "cloud.example.org", app = "capital-city" }
}

output "id" {
  value = oneroster_connection.schoology.current.id
}
