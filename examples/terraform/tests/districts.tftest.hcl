# `terraform test` in this folder: every connection of every file is generated once, and nothing is left to do.

run "generates_every_connection" {
  command = apply

  assert {
    condition = sort(keys(module.districts.connections)) == tolist([
      "shelbyville/Otus",
      "springfield/Edlink[\"north\"]",
      "springfield/Edlink[\"south\"]",
      "springfield/Otus",
    ])
    error_message = "The module does not manage what the files say."
  }
  assert {
    condition     = alltrue([for one in module.districts.connections : one.current.status == "active"])
    error_message = "A connection is not active."
  }
  assert {
    condition     = length(output.waiting) == 0
    error_message = "A first connection waits for nobody."
  }
}

run "finds_nothing_more_to_do" {
  command = plan

  assert {
    condition     = alltrue([for one in module.districts.connections : one.cutover == "done"])
    error_message = "A connection is not finished."
  }
}

run "reads_an_address" {
  command = plan

  assert {
    condition     = alltrue([for address, one in module.districts.connections : provider::oneroster::parse_address(address).vendor == one.vendor])
    error_message = "An address was not taken apart."
  }
}
