// One agency, two districts, as an app for CDKTF (cdktf), whose makers archived it in 2025. docs/cdk.md says how to run it.
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { District, OnerosterProvider, type ProjectShape } from "rosterform/cdktf";

// What every district gets, as in the `groups` of a project file.
const agency: ProjectShape = {
  groups: {
    all: {
      vendors: {
        "Google Classroom": { version: 1.2, kind: "supported" },
        Schoology: { version: 1.1, kind: "supported" },
      },
    },
  },
};

const app = new App();
const stack = new TerraformStack(app, "agency");

new OnerosterProvider(stack, "oneroster", {
  store: { kind: "sqlite", path: "./campus.db", key: "file:./rosterform.key" },
});

// The same keys as in districts/springfield.yaml.
const springfield = new District(stack, "springfield", {
  project: agency,
  district: "springfield",
  site: { host: "springfield.example.org", app: "springfield" },
  owner: "dana@springfield.example.org",
  groups: ["all"],
  vendors: {
    Otus: { version: 1.1, kind: "supported", share: ["demographics"] },
    "Bluebird Reading": { version: 1.2, kind: "other", schools: ["Lincoln"], ends: "2027-06-30" },
  },
});

new District(stack, "shelbyville", {
  project: agency,
  district: "shelbyville",
  site: { host: "cloud.example.org", app: "shelbyville" },
  groups: ["all"],
  vendors: {
    "Google Classroom": "ignore",
    Edlink: {
      connections: {
        north: { version: 1.2, kind: "other", schools: ["North High"] },
        south: { version: 1.2, kind: "other", schools: ["South High"] },
      },
    },
  },
});

// What the provider finds can be used like that of any resource.
new TerraformOutput(stack, "otus-client-id", { value: springfield.connection("Otus").current.clientId });

app.synth();
