import Myelin
import TestSupport
import Testing

/// The reader of golden files: what it makes of sound files, and of those that are none.
struct GoldenFileTests {
  private static func bytes(_ header: String) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + header.utf8
      + [0, 0, 128, 63]
  }

  private static let cases =
    #""__metadata__":{"cases":"[{\"name\":\"n\",\"kind\":\"k\",\"options\":{\"o\":1.5},"#
    + #"\"tensors\":{\"input\":\"t\"}}]"}"#

  @Test func readsACase() throws {
    let data = Self.bytes(
      #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"# + Self.cases + "}")
    let golden = try #require(GoldenFile(SafeTensors(fileBytes: data, name: "g")).cases.first)
    #expect(golden.name == "n" && golden.kind == "k")
    #expect(try golden.double("o") == 1.5)
    #expect(try golden.floats("input") == [1])
    #expect(throws: GoldenError.self) { try golden.int("o") }
    #expect(throws: GoldenError.self) { try golden.int64s("input") }
    #expect(throws: GoldenError.self) { try golden.floats("output") }
  }

  @Test(arguments: [
    #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
    #"{"s":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},\#(cases)}"#,
    #"{"t":{"dtype":"I32","shape":[1],"data_offsets":[0,4]},\#(cases)}"#,
  ])
  func rejects(_ header: String) throws {
    let file = try SafeTensors(fileBytes: Self.bytes(header), name: "g")
    #expect(throws: GoldenError.self) { try GoldenFile(file) }
  }

  @Test(arguments: ["layers", "activations", "losses", "initializers"])
  func reads(_ name: String) {
    let cases = GoldenFile.load(name, from: .module).cases
    #expect(Set(cases.map(\.name)).count == cases.count && !cases.isEmpty)
  }

  @Test func closenessSaysWhatIsFurthest() {
    withKnownIssue {
      expectClose(actual: [1, 2, 3], expected: [1, 2.5, 3.1], shape: [3, 1])
    } matching: { issue in
      "\(issue)".contains("2 of 3 elements disagree; the worst at [1, 0]: 2.0, where 2.5")
    }
    expectClose(actual: [.nan, .infinity], expected: [.nan, .infinity])
    withKnownIssue { expectClose(actual: [.infinity], expected: [1e30], relative: 1) }
    withKnownIssue { expectClose(actual: [1], expected: []) }
  }
}
