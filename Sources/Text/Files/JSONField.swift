/// A value inside a file together with its path, which its errors name.
struct JSONField {
  let path: String
  let value: JSON

  func wrong(_ expected: String, _ reason: TextError.Reason = .invalidValue) -> TextError {
    TextError(reason, place: path, found: value.description, expected: expected)
  }

  var isNull: Bool {
    if case .null = value { true } else { false }
  }

  func string() throws(TextError) -> String {
    guard case .string(let text) = value else { throw wrong("a string") }
    return text
  }

  func bool() throws(TextError) -> Bool {
    guard case .bool(let value) = value else { throw wrong("true or false") }
    return value
  }

  /// A whole number that is not negative.
  func count() throws(TextError) -> Int {
    guard case .integer(let value) = value, value >= 0 else {
      throw wrong("a whole number that is not negative")
    }
    return value
  }

  func elements() throws(TextError) -> [JSONField] {
    guard case .array(let values) = value else { throw wrong("a list") }
    return values.enumerated().map { JSONField(path: "\(path)[\($0)]", value: $1) }
  }

  func members() throws(TextError) -> [(name: String, value: JSON)] {
    guard case .object(let members) = value else { throw wrong("an object") }
    return members
  }

  /// The fields of an object that may have these and no others.
  func object(_ known: String...) throws(TextError) -> JSONObject {
    let object = JSONObject(path: path, members: try members())
    for member in object.members where !known.contains(member.name) {
      throw TextError(
        .unsupported, place: object.path(member.name), found: member.value.description,
        expected: "no field but \(known.joined(separator: ", "))")
    }
    return object
  }

  /// The field `type` of an object.
  func type() throws(TextError) -> String {
    try JSONObject(path: path, members: try members()).required("type").string()
  }
}

/// The fields of an object.
struct JSONObject {
  let path: String
  let members: [(name: String, value: JSON)]

  func path(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  /// A field that may be missing or null.
  func optional(_ name: String) -> JSONField? {
    guard let member = members.first(where: { $0.name == name }) else { return nil }
    let field = JSONField(path: path(name), value: member.value)
    return field.isNull ? nil : field
  }

  /// A field that must be there, though it may be null.
  func required(_ name: String) throws(TextError) -> JSONField {
    guard let member = members.first(where: { $0.name == name }) else {
      throw TextError(.missingField, place: path(name), found: "nothing", expected: "a value")
    }
    return JSONField(path: path(name), value: member.value)
  }

  /// A truth value; `standard` where it is missing or null.
  func bool(_ name: String, _ standard: Bool) throws(TextError) -> Bool {
    guard let field = optional(name) else { return standard }
    return try field.bool()
  }

  /// Throws unless a field is missing, null, or one of the values that change nothing.
  func requireNone(
    _ name: String, or isHarmless: (JSON) -> Bool = { _ in false }
  ) throws(TextError) {
    if let field = optional(name), !isHarmless(field.value) {
      throw field.wrong("null, since this library does nothing of the kind", .unsupported)
    }
  }
}
