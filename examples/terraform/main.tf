terraform {
  required_version = ">= 1.11"
  required_providers {
    oneroster = {
      source  = "rosterform/oneroster"
      version = "~> 0.1"
    }
  }
}

# Store, catalogue, groups and policy stand in the project file.
provider "oneroster" {
  project = "rosterform.yaml"
}

# Every YAML file of the folder, and every connection in it.
module "districts" {
  source = "./modules/districts"
  folder = "districts"
}

output "waiting" {
  description = "Cut-overs that wait, and for what."
  value       = module.districts.waiting
}
