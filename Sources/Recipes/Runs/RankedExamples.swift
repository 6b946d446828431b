import Arrays
import Tensors
import Training

/// Finds the worst and the best examples in the pass that measures: a metric whose value is the
/// accuracy, and which keeps a ranking beside it.
///
/// It is for tests, which go through in one piece: it cannot be merged and is in no checkpoint.
struct RankedExamples: Metric {
  private(set) var ranking: ExampleRanking
  private var accuracy = Accuracy()

  /// Keeps so many of each.
  init(keeping count: Int) { ranking = ExampleRanking(keeping: count) }

  var name: String { accuracy.name }
  var value: Double { accuracy.value }

  func observation(of outputs: Tensor, _ targets: Tensor) -> [Tensor] {
    [outputs, targets] + accuracy.observation(of: outputs, targets)
  }

  mutating func add(_ observation: [Tensor]) {
    ranking.add(observation[0], observation[1])
    accuracy.add(Array(observation.dropFirst(2)))
  }

  mutating func merge(_ other: RankedExamples) {
    stop("RankedExamples: places in two passes cannot be told apart")
  }

  var record: [Double] { [] }
  mutating func restore(_ record: [Double]) -> Bool { false }
}
