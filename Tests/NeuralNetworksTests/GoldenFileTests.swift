import Foundation
import TestSupport
import Testing

/// The reader of golden files: what it makes of sound bytes, and of every kind of broken ones.
struct GoldenFileTests {
  private static func bytes(_ header: String, _ body: [UInt8] = [0, 0, 128, 63]) -> Data {
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    return length + Data(header.utf8) + Data(body)
  }

  private static let cases =
    #""__metadata__":{"cases":"[{\"name\":\"n\",\"kind\":\"k\",\"options\":{\"o\":1.5},"#
    + #"\"tensors\":{\"input\":\"t\"}}]"}"#

  @Test func readsACase() throws {
    let data = Self.bytes(
      #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"# + Self.cases + "}")
    let golden = try #require(GoldenFile(data).cases.first)
    #expect(golden.name == "n" && golden.kind == "k")
    #expect(try golden.double("o") == 1.5)
    #expect(try golden.floats("input") == [1])
    #expect(throws: GoldenError.self) { try golden.int("o") }
    #expect(throws: GoldenError.self) { try golden.int64s("input") }
    #expect(throws: GoldenError.self) { try golden.floats("output") }
  }

  @Test(arguments: [
    Data([1, 2]),
    Data([255, 255, 255, 255, 255, 255, 255, 255, 0]),
    bytes("{"),
    bytes(#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#),
    bytes("{" + cases + "}"),
    bytes(#"{"t":{"dtype":"F16","shape":[1],"data_offsets":[0,4]},"# + cases + "}"),
    bytes(#"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"# + cases + "}"),
    bytes(#"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]},"# + cases + "}"),
    bytes(#"{"t":{"dtype":"F32","shape":[-1],"data_offsets":[4,0]},"# + cases + "}"),
    bytes(
      #"{"t":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]},"#
        + cases + "}"),
  ])
  func rejects(_ data: Data) {
    #expect(throws: GoldenError.self) { try GoldenFile(data) }
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
