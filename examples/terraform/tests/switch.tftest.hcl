# A switch holds both connections, and a silent vendor is never cut off.

provider "oneroster" {
  project = "rosterform.yaml"
}

run "first_connection" {
  command = apply

  module {
    source = "./tests/one"
  }
  variables {
    schoology = "1.1"
  }
  assert {
    condition     = oneroster_connection.schoology.current.version == "1.1" && oneroster_connection.schoology.candidate == null
    error_message = "There is more or less than one connection."
  }
}

run "switch_waits_beside_the_old_one" {
  command = apply

  module {
    source = "./tests/one"
  }
  variables {
    schoology = "1.2"
  }
  assert {
    condition     = oneroster_connection.schoology.current.id == run.first_connection.id && oneroster_connection.schoology.candidate.version == "1.2"
    error_message = "The connection in use was touched."
  }
}

run "revert_keeps_the_original" {
  command = apply

  module {
    source = "./tests/one"
  }
  variables {
    schoology = "1.1"
  }
  assert {
    condition     = oneroster_connection.schoology.current.id == run.first_connection.id && oneroster_connection.schoology.candidate == null
    error_message = "The original did not survive."
  }
}
