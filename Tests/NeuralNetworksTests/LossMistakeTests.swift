import Myelin
import Testing

/// What a loss says before it stops, and what it gives at the edges.
struct LossMistakeTests {
  struct Mistake: CustomTestStringConvertible, Sendable, Codable {
    var index: Int
    var testDescription: String { messages[index] }
  }

  private static let logits = Tensor.zeros([2, 3])
  private static let labels = Tensor([0, 2] as [Int])

  static let messages = [
    "mse: prediction is [2, 1] and target [2]; they must have one shape",
    "mae: prediction must be floating point, found int64; convert with to(.float32)",
    "huber: delta is 0.0; it must be above 0",
    "crossEntropy: label 3 at place 1 is none of the 3 classes",
    "crossEntropy: label -1 at place 0 is none of the 3 classes",
    "crossEntropy: labels [3] do not fit scores [2, 3]: class indices of shape [2] do",
    "crossEntropy: class indices must be int64, found int32; convert with to(.int64)",
    "crossEntropy: weights [2] do not fit 3 classes: [3] do",
    "crossEntropy: labelSmoothing is 2.0; it must lie in 0...1",
    "crossEntropy: only class indices can be ignored, not probabilities",
    "crossEntropy: logits is [2, 3] and the probabilities [3, 2]; they must have one shape",
    "negativeLogLikelihood: the scores have no axis of classes; [C] or [N, C, …] do",
    "binaryCrossEntropy: positiveWeight [2] does not broadcast to [2, 3]",
    "binaryCrossEntropy: target is float64, not float32 as what it is compared with; convert with "
      + "to(.float32)",
    "focalLoss: gamma is -1.0; it must not be negative",
    "focalLoss: logits [2, 1] have 1 classes; 2 or more fit",
    "cosineEmbedding: target [3] does not fit embeddings [2, 3]: [2] does",
    "triplet: embeddings [] have 0 axes; [D] and [N, D] fit",
    "multiClassHinge: power is 3; it must be 1 or 2",
  ]

  static func make(_ index: Int) {
    let logits = logits
    switch index {
    case 0: _ = mse(.zeros([2, 1]), .zeros([2]))
    case 1: _ = mae(labels, labels)
    case 2: _ = huber(logits, logits, delta: 0)
    case 3: _ = crossEntropy(logits, Tensor([0, 3] as [Int]))
    case 4: _ = crossEntropy(logits, Tensor([-1, 2] as [Int]))
    case 5: _ = crossEntropy(logits, Tensor([0, 1, 2] as [Int]))
    case 6: _ = crossEntropy(logits, labels.to(.int32))
    case 7: _ = crossEntropy(logits, labels, weights: .ones([2]))
    case 8: _ = crossEntropy(logits, labels, labelSmoothing: 2)
    case 9: _ = crossEntropy(logits, logits, ignoring: 1)
    case 10: _ = crossEntropy(logits, .zeros([3, 2]))
    case 11: _ = negativeLogLikelihood(.zeros([]), .zeros([], .int64))
    case 12: _ = binaryCrossEntropy(logits, logits, positiveWeight: .ones([2]))
    case 13: _ = binaryCrossEntropy(logits, logits.to(.float64))
    case 14: _ = focalLoss(logits, labels, gamma: -1)
    case 15: _ = focalLoss(.zeros([2, 1]), .zeros([2], .int64))
    case 16: _ = cosineEmbedding(logits, logits, .ones([3]))
    case 17: _ = triplet(.zeros([]), .zeros([]), .zeros([]))
    default: _ = multiClassHinge(logits, labels, power: 3)
    }
  }

  @Test(arguments: messages.indices.map { Mistake(index: $0) })
  func stopsWithOneMessage(_ mistake: Mistake) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [mistake] in
      LossMistakeTests.make(mistake.index)
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains(Self.messages[mistake.index]), "\(text)")
  }

  @Test func aMeanOfNothingIsNotANumber() {
    #expect(crossEntropy(Self.logits, Self.labels - Self.labels, ignoring: 0).item().isNaN)
    #expect(mse(.zeros([0, 3]), .zeros([0, 3])).item().isNaN)
    #expect(mse(.zeros([0, 3]), .zeros([0, 3]), reduction: .sum).item() == 0)
  }

  /// Classes that are ruled out by −∞ leave what is ignored, and the classes that are there, alone.
  @Test(arguments: [0, 0.1])
  func ignoredPlacesMayHoldAnything(smoothing: Double) {
    let logits = Tensor([[1, 1], [.nan, .nan]] as [[Float]])
    let labels = Tensor([1, -100])
    let (loss, slope) = valueAndGradient(of: logits) {
      crossEntropy($0, labels, ignoring: -100, labelSmoothing: smoothing)
    }
    #expect(abs(loss.item() - 0.6931472) < 1e-6)
    #expect(slope[0].isFinite.all().item() == 1)
    let ruledOut = Tensor([[-.infinity, 1, 1], [-.infinity, 0, 0]] as [[Float]])
    let (other, steepness) = valueAndGradient(of: ruledOut) {
      negativeLogLikelihood(logSoftmax($0), labels, ignoring: -100)
    }
    #expect(abs(other.item() - 0.6931472) < 1e-6)
    #expect(steepness.scalars() == [0, -0.5, 0.5, 0, 0, 0] as [Float])
  }

  /// Neither losses nor derivatives overflow where the logits are huge, or p is 1.
  @Test(arguments: [0, 0.5, 1, 2])
  func focalLossesStayFinite(gamma: Double) {
    let logits = Tensor([[1e4, -1e4], [-1e4, 1e4], [30, -30]] as [[Float]])
    let labels = Tensor([0, 0, 0] as [Int])
    let (many, slope) = valueAndGradient(of: logits) { focalLoss($0, labels, gamma: gamma) }
    let (two, other) = valueAndGradient(of: logits) {
      binaryFocalLoss($0, logits.onesLike(), gamma: gamma)
    }
    for tensor in [many, slope, two, other] { #expect(tensor.isFinite.all().item() == 1) }
  }
}
