import Myelin
import TestSupport
import Testing

@Suite struct ModelTests {
  /// As published, the pooler of BERT included.
  private static let published: [(String, Int, Int)] = [
    ("GPT-2 small", GPT.Configuration.small.parameterCount, 124_439_808),
    ("GPT-2 medium", GPT.Configuration.medium.parameterCount, 354_823_168),
    ("GPT-2 large", GPT.Configuration.large.parameterCount, 774_030_080),
    ("GPT-2 XL", GPT.Configuration.extraLarge.parameterCount, 1_557_611_200),
    ("BERT base", BERT.Configuration.base.parameterCount, 109_482_240),
    ("BERT large", BERT.Configuration.large.parameterCount, 335_141_888),
  ]

  @Test("as many parameters as published", arguments: published)
  func parameterCounts(_ name: String, _ count: Int, _ expected: Int) {
    #expect(count == expected)
  }

  @Test("weights start as published")
  func initialWeights() throws {
    let model = withRandomSeed(1) {
      GPT(.init(vocabulary: 50, context: 40, width: 64, layers: 8, heads: 4, isTied: false))
    }
    for (name, tensor) in model.tensors(.parameter) {
      if tensor.rank == 1 {
        let expected: Float = name.hasSuffix("bias") ? 0 : 1
        #expect(tensor.scalars(as: Float.self).allSatisfy { $0 == expected }, "\(name)")
      } else {
        let spread = tensor.standardDeviation().item()
        let expected = name.hasSuffix("c_proj.weight") ? 0.005 : 0.02
        #expect(Swift.abs(spread / expected - 1) < 0.06, "\(name): \(spread)")
      }
    }
  }
}
