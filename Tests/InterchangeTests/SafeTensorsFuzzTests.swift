import Foundation
import Interchange
import Myelin
import Testing

/// Damaged files: each gives tensors or a typed error, and never stops the program.
@Suite struct SafeTensorsFuzzTests {
  private static let files = ["types", "shapes", "unsupported", "model", "tied"]

  private func read(_ bytes: [UInt8]) -> Bool {
    do throws(InterchangeError) {
      let file = try SafeTensors(fileBytes: bytes, name: "damaged")
      for name in file.names { _ = try file.tensor(name) }
      return true
    } catch {
      return error.description.isEmpty
    }
  }

  @Test(arguments: files)
  func everyTruncationIsAnError(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: golden(name))))
    for count in 0..<bytes.count { #expect(!read(Array(bytes[..<count])), "\(count) bytes") }
  }

  @Test(arguments: files)
  func noMutationStops(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: golden(name))))
    let header = 8 + bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    // Characters that keep much of the JSON in order, and others.
    let characters = Array(#"{}[]",:\u0123456789eE.-+ FIBUOL64"#.utf8) + [0, 31, 127, 128, 255]
    var random = SplitMix(state: 7)
    var errors = 0
    for _ in 0..<4000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<min(header, damaged.count), using: &random)
        let character = characters.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<4, using: &random) {
        case 0: damaged.remove(at: place)
        case 1: damaged.insert(character, at: place)
        case 2: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default: damaged[place] = character
        }
      }
      if !read(damaged) { errors += 1 }
    }
    #expect(errors > 2000)
  }
}

/// SplitMix64: G. Steele, D. Lea and C. Flood, 2014, "Fast splittable pseudorandom number
/// generators".
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
