import Foundation
import Myelin
import Testing

/// Outputs and targets with what scikit-learn says of them.
struct MetricCase: Decodable, Sendable, CustomTestStringConvertible {
  enum Value: Decodable, Sendable {
    case number(Double)
    case counts([[Int]])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let counts = try? container.decode([[Int]].self) {
        self = .counts(counts)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .number(.nan)
      }
    }
  }

  let name: String
  let kind: String
  let width: Int
  let outputs: [Double]
  let targets: [Double]
  let values: [String: Value]

  var testDescription: String { name }

  static let all: [MetricCase] = {
    let path = Bundle.module.bundleURL.appendingPathComponent("Golden/metrics.json")
    do {
      return try JSONDecoder().decode([MetricCase].self, from: Data(contentsOf: path))
    } catch {
      fatalError("\(path): \(error)")
    }
  }()

  /// The examples of a range.
  func batch(_ range: Range<Int>) -> (outputs: Tensor, targets: Tensor) {
    let outputs = self.outputs[range.lowerBound * width..<range.upperBound * width].map {
      Float($0)
    }
    let targets = self.targets[range]
    if kind == "classes" {
      return (
        Tensor(outputs, shape: [range.count, width]),
        Tensor(targets.map { Int($0) }, shape: [range.count])
      )
    }
    return (Tensor(outputs), Tensor(targets.map { Float($0) }))
  }
}

@Suite struct MetricTests {
  private func metric(_ name: String, _ golden: MetricCase) throws -> any Metric {
    let words = name.split(separator: " ").map(String.init)
    let averages: [String: ClassAverage] = [
      "micro": .micro, "macro": .macro, "weighted": .weighted, "binary": .binary(),
    ]
    let average = words.count > 1 ? averages[words[1]] ?? .macro : .macro
    let kind = words.count > 1 && words[1] == "raw" ? ScoreKind.probabilities : .logits
    switch words[0] {
    case "accuracy": return golden.kind == "scores" ? BinaryAccuracy() : Accuracy()
    case "top_2": return TopKAccuracy(2)
    case "top_3": return TopKAccuracy(3)
    case "precision": return Precision(average, classCount: golden.width)
    case "recall": return Recall(average, classCount: golden.width)
    case "f1": return F1(average, classCount: golden.width)
    case "confusion": return ConfusionMatrix(classCount: golden.width)
    case "roc_auc": return ROCAUC(kind)
    case "average_precision": return AveragePrecision(kind)
    case "perplexity": return Perplexity()
    case "mse": return MeanSquaredError()
    case "mae": return MeanAbsoluteError()
    case "r2": return R2()
    default: throw Unknown(name: name)
    }
  }

  private struct Unknown: Error {
    let name: String
  }

  /// Batch by batch with a smaller last one, in two parts that are merged, and from a record: always
  /// what scikit-learn says of all of it.
  @Test(arguments: MetricCase.all)
  func agreesWithScikitLearn(_ golden: MetricCase) throws {
    for (name, expected) in golden.values {
      try check(metric(name, golden), golden, name, expected)
    }
  }

  private func check<Kind: Metric>(
    _ fresh: Kind, _ golden: MetricCase, _ name: String, _ expected: MetricCase.Value
  ) throws {
    #expect(fresh.value.isNaN, "\(name) of nothing")
    let count = golden.targets.count
    var (first, second) = (fresh, fresh)
    for start in stride(from: 0, to: count, by: 7) {
      let batch = golden.batch(start..<min(start + 7, count))
      if start < count / 2 {
        first.update(batch.outputs, batch.targets)
      } else {
        second.update(batch.outputs, batch.targets)
      }
    }
    var restored = fresh
    let isRestored = restored.restore(first.record)
    #expect(isRestored, "\(name)")
    restored.merge(second)
    first.merge(second)
    #expect(restored.value.bitPattern == first.value.bitPattern, "\(name) from a record")
    var empty = fresh
    empty.merge(first)
    #expect(empty.value == first.value || first.value.isNaN, "\(name) merged into nothing")
    let before = restored.value
    let takesAnything = restored.restore([1, 2, 3, 4, 5, 6, 7.5, 8])
    #expect(!takesAnything && (restored.value == before || before.isNaN), "\(name)")
    switch expected {
    case .counts(let counts): #expect((first as? ConfusionMatrix)?.counts == counts)
    case .number(let number):
      // What a softmax in float32 has of a logarithm, and a mean of 65,536 of a distance.
      let tolerance = ["perplexity": 1e-6, "r2": 1e-9][name] ?? 1e-12
      let isClose = abs(first.value - number) <= tolerance * max(1, abs(number))
      #expect(isClose || first.value.isNaN && number.isNaN, "\(name): \(first.value), \(number)")
    }
  }

  @Test func compiledObservationsAreTheSame() throws {
    let golden = try #require(MetricCase.all.first { $0.name == "five classes" })
    let batch = golden.batch(0..<golden.targets.count)
    let metrics: [any Metric] = [
      Accuracy(), TopKAccuracy(2), F1(classCount: 5), ROCAUC(), Perplexity(ignoring: 2),
    ]
    let observe = compile { (outputs: Tensor, targets: Tensor) -> [[Tensor]] in
      metrics.map { $0.observation(of: outputs, targets) }
    }
    for (var metric, observation) in zip(metrics, observe(batch.outputs, batch.targets)) {
      var eager = metric
      eager.add(metric.observation(of: batch.outputs, batch.targets))
      metric.add(observation)
      #expect(abs(eager.value - metric.value) < 1e-6, "\(metric.name)")
    }
  }

  @Test func ignoresAndSequences() {
    // [N, C, T] = [1, 2, 3]: classes 1, 0, 1 are guessed.
    let outputs: Tensor = [[[0, 2, 0], [1, 1, 1]]]
    let targets = Tensor([[1, 1, 0]])
    var accuracy = Accuracy()
    accuracy.update(outputs, targets)
    #expect(accuracy.value == 1.0 / 3)
    var some = Accuracy(ignoring: 0)
    some.update(outputs, targets)
    #expect(some.value == 0.5)
    var top = TopKAccuracy(2)
    top.update(outputs, targets)
    #expect(top.value == 1 && top.name == "top_2")
    var matrix = ConfusionMatrix(classCount: 2, ignoring: 0)
    matrix.update(outputs, targets)
    #expect(matrix.counts == [[0, 0], [1, 1]])
    var perplexity = Perplexity(ignoring: 0)
    perplexity.update(outputs, targets)
    // (ln(1 + e⁻¹) + ln(1 + e)) / 2
    #expect(abs(perplexity.value - exp((0.313261687 + 1.313261687) / 2)) < 1e-6)
    var none = Accuracy(ignoring: 1)
    none.update(outputs, Tensor([[1, 1, 1]]))
    #expect(none.value.isNaN)
  }

  @Test func ofEqualScoresTheLowerClassIsLarger() {
    var top = TopKAccuracy(1)
    top.update([[1, 1], [1, 1]], Tensor([0, 1]))
    #expect(top.value == 0.5)
    var scores = ROCAUC()
    scores.update(Tensor([1, 2, .nan] as [Float]), Tensor([0, 1, 1]))
    #expect(scores.value.isNaN)
  }
}
