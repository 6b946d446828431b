import Interchange
import Myelin
import Testing

/// What a header may have wrong, and what is said of it.
struct BadHeader: Sendable, CustomTestStringConvertible {
  let bytes: [UInt8]
  let reason: InterchangeError.Reason
  /// A part of what is found and expected.
  let words: String

  init(_ header: String, body: Int = 8, _ reason: InterchangeError.Reason, _ words: String) {
    bytes = fileBytes(header, [UInt8](repeating: 0, count: body))
    self.reason = reason
    self.words = words
  }

  init(bytes: [UInt8], _ reason: InterchangeError.Reason, _ words: String) {
    self.bytes = bytes
    self.reason = reason
    self.words = words
  }

  var testDescription: String { String(decoding: bytes.dropFirst(8).prefix(80), as: UTF8.self) }

  /// A header of one tensor `a` of 8 bytes, in which something has been replaced.
  static func one(
    _ type: String = "F32", shape: String = "[2]", offsets: String = "[0,8]", body: Int = 8,
    _ reason: InterchangeError.Reason, _ words: String
  ) -> BadHeader {
    BadHeader(
      #"{"a":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}}"#, body: body,
      reason,
      words)
  }

  static let good = #""dtype":"F32","shape":[1],"data_offsets":[0,4]"#
  static let next = #""dtype":"F32","shape":[1],"data_offsets":[4,8]"#

  static let lengths: [BadHeader] = [
    BadHeader(bytes: [], .truncatedHeader, "found 0 bytes"),
    BadHeader(bytes: [2, 0, 0], .truncatedHeader, "found 3 bytes"),
    BadHeader(bytes: [2, 0, 0, 0, 0, 0, 0, 0], .truncatedHeader, "found 0 bytes behind"),
    BadHeader(bytes: [0, 225, 245, 5, 0, 0, 0, 0], .truncatedHeader, "expected 100000000"),
    BadHeader(bytes: [1, 225, 245, 5, 0, 0, 0, 0], .oversizedHeader, "found 100000001 bytes"),
    BadHeader(
      bytes: [UInt8](repeating: 255, count: 9), .oversizedHeader, "found 18446744073709551615"),
  ]

  static let grammar: [BadHeader] = [
    BadHeader("", .malformedHeader, "found the header's end, expected a header that begins with {"),
    BadHeader(" {}", .malformedHeader, "begins with {"),
    BadHeader("[]", .malformedHeader, "found [], expected a header that begins with {"),
    BadHeader("{", .malformedHeader, "found the header's end"),
    BadHeader("{} x", .malformedHeader, "at byte 11: found x, expected nothing but spaces"),
    BadHeader("{}\0", .malformedHeader, "expected nothing but spaces"),
    BadHeader(#"{"a":{\#(good)},}"#, .malformedHeader, #"found }, expected ""#),
    BadHeader(#"{"a":{\#(good)} "b":{\#(next)}}"#, .malformedHeader, "expected }"),
    BadHeader(#"{"a" {\#(good)}}"#, .malformedHeader, "expected :"),
    BadHeader(#"{"a":null}"#, .malformedHeader, "found null}, expected {"),
    BadHeader(#"{"a":{}}"#, .malformedHeader, "found fewer fields"),
    BadHeader(#"{"a":{"dtype":"F32","shape":[1]}}"#, .malformedHeader, "fewer fields"),
    BadHeader(#"{"a":{\#(good),"x":1}}"#, .malformedHeader, "found the field x"),
    BadHeader(#"{"a":{\#(good),"shape":[1]}}"#, .duplicateName, "found shape again"),
    BadHeader(#"{"a":{\#(good)},"a":{\#(next)}}"#, .duplicateName, "found a again"),
    BadHeader(#"{"a":{\#(good)},"\u0061":{\#(next)}}"#, .duplicateName, "found a again"),
    BadHeader(#"{"__metadata__":{"k":"v","k":"w"}}"#, body: 0, .duplicateName, "found k again"),
    BadHeader(#"{"__metadata__":{"k":1}}"#, body: 0, .malformedHeader, #"found 1}}, expected ""#),
    BadHeader(#"{"__metadata__":{"k":{"l":"m"}}}"#, body: 0, .malformedHeader, #"expected ""#),
    BadHeader(#"{"__metadata__":null}"#, body: 0, .malformedHeader, "expected {"),
    BadHeader("{\"a\n\":{\(good)}}", .malformedHeader, "expected a text that ends"),
    BadHeader(#"{"\x":{\#(good)}}"#, .malformedHeader, "at byte 10: found \\x"),
    BadHeader(#"{"\ud83d":{\#(good)}}"#, .malformedHeader, "expected a pair of surrogates"),
    BadHeader(#"{"\ud83d\u0041":{\#(good)}}"#, .malformedHeader, "a pair of surrogates"),
    BadHeader(#"{"\udc00\udc00":{\#(good)}}"#, .malformedHeader, "a pair of surrogates"),
    BadHeader(#"{"\u12g4":{\#(good)}}"#, .malformedHeader, "four hexadecimal digits"),
    BadHeader(bytes: fileBytes([123, 34, 0xC3, 0x28, 34], []), .malformedHeader, "expected UTF-8"),
    BadHeader(bytes: fileBytes([123, 34, 0xED, 0xA0, 0x80, 34], []), .malformedHeader, "UTF-8"),
    BadHeader(
      String(repeating: #"{"a":"#, count: 100_000), .malformedHeader, "found the field a"),
  ]

  static let numbers: [BadHeader] = [
    one(shape: "[2.0]", .malformedHeader, "found 2.0]"),
    one(shape: "[-2]", .malformedHeader, "found -2]"),
    one(shape: "[02]", .malformedHeader, "found 02]"),
    one(shape: "[2e0]", .malformedHeader, "expected a whole number"),
    one(shape: "[NaN]", .malformedHeader, "found NaN]"),
    one(shape: "[2,]", .malformedHeader, "expected a whole number"),
    one(shape: "[]]", .malformedHeader, "expected }"),
    one(shape: "2", .malformedHeader, "expected ["),
    one(shape: "[9223372036854775808]", .malformedHeader, "expected a number below 2⁶³"),
    one(shape: "[9223372036854775807]", .uncountableShape, "found [9223372036854775807]"),
    one(shape: "[4611686018427387904,8,0]", .uncountableShape, "fewer than 2⁶³ bits"),
    one("F4", shape: "[3]", offsets: "[0,1]", body: 1, .wrongByteCount, "1 and a part bytes"),
    one("F33", .unknownElementType, "found F33, expected one of F64, F32"),
    one(offsets: "[0,4]", body: 4, .wrongByteCount, "expected 8 bytes for F32 [2]"),
    one(offsets: "[8,0]", .wrongByteCount, "data_offsets [8, 0]"),
    one(offsets: "[0,8,8]", .malformedHeader, "found 3 data_offsets"),
    one(body: 7, .truncatedData, "found 7 bytes, expected 8"),
    one(body: 9, .unusedBytes, "found 1 more bytes, expected the end of the file"),
    one(
      offsets: "[9223372036854775799,9223372036854775807]", .truncatedData,
      "expected bytes inside the file"),
    one(offsets: "[4,12]", body: 12, .unusedBytes, "expected one that begins at byte 63"),
    BadHeader(#"{"a":{\#(good)},"b":{\#(good)}}"#, body: 4, .overlap, "b at byte"),
    BadHeader(
      #"{"a":{\#(good)},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#, body: 12,
      .unusedBytes, "b at byte"),
    BadHeader("{}", body: 1, .unusedBytes, "found 1 more bytes"),
  ]
}

@Suite struct SafeTensorsHeaderTests {
  @Test(arguments: BadHeader.lengths + BadHeader.grammar + BadHeader.numbers)
  func refuses(_ bad: BadHeader) {
    let error = #expect(throws: InterchangeError.self) {
      try SafeTensors(fileBytes: bad.bytes, name: "f")
    }
    #expect(error?.reason == bad.reason)
    #expect(error.map { "\($0)".contains(bad.words) } == true, "\(String(describing: error))")
    #expect(error.map { "\($0)".hasPrefix("f: ") } == true)
  }

  @Test(arguments: [
    (#"{"b":{\#(BadHeader.next)},"a":{\#(BadHeader.good)}}"#, ["a", "b"]),
    (#"{ "a" : {"shape":[ 1 , 1 ],"data_offsets":[0,4] , "dtype":"\u00463\u0032"} }   "#, ["a"]),
    (#"{"\ud83d\ude00\/":{\#(BadHeader.good)}}"#, ["😀/"]),
    ("{}", []),
    (
      #"{"e":{"dtype":"F4","shape":[0,9],"data_offsets":[0,0]},"a":{\#(BadHeader.good)}}"#,
      ["e", "a"]
    ),
  ])
  func takes(_ header: String, _ names: [String]) throws {
    let bytes = fileBytes(header, [UInt8](repeating: 0, count: min(names.count, 2) * 4))
    let body = header.contains("\"e\"") ? Array(bytes.dropLast(4)) : bytes
    let file = try SafeTensors(fileBytes: body, name: "f")
    #expect(file.entries.map(\.name) == names)
  }

  @Test func refusesTruthValuesThatAreNone() throws {
    let file = try SafeTensors(
      fileBytes: fileBytes(
        #"{"a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}"#, [0, 1, 2]), name: "f")
    let error = #expect(throws: InterchangeError.self) { try file.tensor("a") }
    #expect(
      error?.description
        == "f: invalid element: a at byte 65: found 2, expected 0 or 1, as BOOL has them")
  }

  @Test func showsLongAndStrangeNamesShortAndPlain() {
    let name = "\\u001b[31m" + String(repeating: "x", count: 1000)
    let bytes = fileBytes(#"{"\#(name)":{"dtype":"X","shape":[],"data_offsets":[0,0]}}"#)
    let error = #expect(throws: InterchangeError.self) {
      try SafeTensors(fileBytes: bytes, name: "f")
    }
    let words = error?.description ?? ""
    #expect(!words.contains("\u{1b}") && words.contains("xxx…") && words.count < 500)
  }
}
