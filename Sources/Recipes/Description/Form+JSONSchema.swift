extension Form {
  /// The JSON Schema (draft 2020-12) of a whole recipe.
  package static var schema: JSONValue {
    var members = recipe.schemaMembers
    members["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    members["title"] = "Myelin recipe"
    members["$defs"] = .object(
      Dictionary(uniqueKeysWithValues: Family.allCases.map { ($0.rawValue, $0.schema) }))
    return .object(members)
  }

  /// The schema of values of this form.
  package var schema: JSONValue { .object(schemaMembers) }

  private var schemaMembers: [String: JSONValue] {
    switch self {
    case .flag: return ["type": "boolean"]
    case .integer(let range):
      var members: [String: JSONValue] = [
        "type": "integer", "minimum": .integer(range.lowerBound),
      ]
      if range.upperBound < Int.max { members["maximum"] = .integer(range.upperBound) }
      return members
    case .number(let range):
      var members: [String: JSONValue] = ["type": "number"]
      if range.lower.isFinite {
        members[range.includesLower ? "minimum" : "exclusiveMinimum"] = .number(range.lower)
      }
      if range.upper.isFinite {
        members[range.includesUpper ? "maximum" : "exclusiveMaximum"] = .number(range.upper)
      }
      return members
    case .text: return ["type": ["string", "number", "boolean"]]
    case .choice(let words): return ["enum": .list(words.map { .text($0) })]
    case .list(let form, let count):
      return [
        "type": "array", "items": form.schema, "minItems": .integer(count.lowerBound),
        "maxItems": .integer(count.upperBound),
      ]
    case .map(let form): return ["type": "object", "additionalProperties": form.schema]
    case .section(let keys): return Form.schemaMembers(of: keys)
    case .variant(let family): return ["$ref": .text("#/$defs/\(family.rawValue)")]
    case .either(let forms): return ["anyOf": .list(forms.map(\.schema))]
    }
  }

  fileprivate static func schemaMembers(of keys: [Key]) -> [String: JSONValue] {
    var properties: [String: JSONValue] = [:]
    for key in keys {
      var members = key.form.schemaMembers
      members["description"] = .text(key.summary)
      // A key with nothing behind it counts as absent.
      properties[key.name] =
        key.isRequired
        ? .object(members) : ["anyOf": [.object(members), ["type": "null"]]]
    }
    var members: [String: JSONValue] = [
      "type": "object", "properties": .object(properties), "additionalProperties": false,
    ]
    let required = keys.filter(\.isRequired).map { JSONValue.text($0.name) }
    if !required.isEmpty { members["required"] = .list(required) }
    return members
  }
}

extension Family {
  /// A name alone, or a mapping with the one name and its options.
  fileprivate var schema: JSONValue {
    let alone = variants.filter(\.canStandAlone).map { JSONValue.text($0.name) }
    let forms = variants.map { variant -> JSONValue in
      var choices: [JSONValue] = [.object(Form.schemaMembers(of: variant.keys))]
      if variant.hasShorthand, let key = variant.keys.first { choices.append(key.form.schema) }
      if variant.canStandAlone { choices.append(["type": "null"]) }
      return [
        "type": "object", "description": .text(variant.summary),
        "properties": .object([variant.name: ["anyOf": .list(choices)]]),
        "required": [.text(variant.name)], "additionalProperties": false,
      ]
    }
    return ["anyOf": .list((alone.isEmpty ? [] : [["enum": .list(alone)]]) + forms)]
  }
}
