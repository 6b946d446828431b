import Foundation
import Tensors
import Testing

/// No primitive is left out of the generic suite.
@Suite struct ExemplarCoverageTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Sources/Tensors/Primitives")

  /// Reached through the exemplars of another: the pullback of pooling, through pooling.
  private static let reachedByOthers = ["PoolPullbackPrimitive"]

  @Test func everyPrimitiveHasExemplars() throws {
    let files = try FileManager.default.contentsOfDirectory(
      at: Self.folder, includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "swift" }
    let list = try String(
      contentsOf: Self.folder.appendingPathComponent("Exemplar.swift"), encoding: .utf8)
    var primitives: [String] = []
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      primitives += text.matches(of: /struct (\w+): Primitive\b/).map { String($0.output.1) }
    }
    #expect(primitives.count >= 24)
    for primitive in primitives where !Self.reachedByOthers.contains(primitive) {
      #expect(list.contains("\(primitive).exemplars"), "\(primitive) is missing in Exemplar.all")
    }
  }

  @Test func namesAreUnique() {
    let names = Exemplar.all.map(\.name)
    let repeated = Dictionary(grouping: names, by: \.self).filter { $0.value.count > 1 }.keys
    #expect(Set(repeated).isSubset(of: ["relu", "leakyReLU(0.1)"]))
  }
}
