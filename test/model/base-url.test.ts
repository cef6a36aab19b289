import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shapeOf, URL_SHAPES } from "../../src/model/base-url.ts";

describe("the shape of a Base URL", () => {
  it.each([
    ["https://cloud.example.org/campus/api/oneroster/v1p2/springfield/ims/oneroster", "with-app"],
    ["https://cloud.example.org/campus/api/oneroster/v1p1/springfield/ims/oneroster/v1p1", "with-app"],
    ["https://cloud.example.org/campus/api/oneroster/v1p2/springfield/ims/oneroster/", "with-app"],
    ["https://cloud.example.org/campus/api/ims/oneroster/rostering/v1p2", "without-app"],
    ["https://cloud.example.org/campus/api/ims/oneroster/v1p1", "without-app"],
    ["https://cloud.example.org/campus/oneroster/springfield", "other"],
    ["https://cloud.example.org/campus/api/oneroster/v1p3/springfield/ims/oneroster", "other"],
    ["not a URL", "other"],
  ])("of %s is %s", (url, shape) => expect(shapeOf(url)).toBe(shape));

  it("law: any text has one of them", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => URL_SHAPES.includes(shapeOf(text))));
  });
});
