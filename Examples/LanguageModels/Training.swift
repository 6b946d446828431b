import Myelin

/// A model with its optimizer: what a training step changes.
struct Learner<Model: Module>: TensorTree {
  var model: Model
  var optimizer: AdamW
}

/// Cross entropy of logits [batch, time, vocabulary] and the tokens that came, [batch, time]; nats
/// a token. Where a token is −1 there is none.
@Sendable func tokenLoss(_ logits: Tensor, _ tokens: Tensor) -> Tensor {
  crossEntropy(
    logits.reshaped(to: [-1, logits.shape[2]]), tokens.reshaped(to: [-1]), ignoring: -1)
}

extension ParameterGroup {
  /// Parameters that are no matrices, the factors and shifts, do not decay.
  static func withoutDecay<Model: Module>(of model: Model) -> ParameterGroup {
    let vectors = Set(model.namedTensors.filter { $0.tensor.rank < 2 }.map(\.path))
    return ParameterGroup(decoupledDecay: 0) { vectors.contains($0) }
  }
}

/// 400 characters that a model writes after a line's end, or where its text has none after the first
/// of its alphabet.
func sample<Model: CachedModel>(
  _ model: Model, _ characters: CharacterTokenizer, seed: UInt64
) throws(TextError) -> String {
  let tokens = model.compiled().generate(
    from: [characters.vocabulary["\n"] ?? 0], sampling: Sampling(temperature: 0.8), maximum: 400,
    using: RandomSource(seed: seed))
  return try characters.decode(Array(tokens))
}

extension Outcome {
  /// How the training of a language model ended.
  static func ofTraining(
    _ curve: LossCurve, sample: String, loss: Double, goal: Double, measured: String,
    of parameters: Int
  ) -> Outcome {
    let lines =
      ["\(parameters) parameters", ""] + curve.figure() + ["", "a sample:", ""]
      + sample.split(separator: "\n", omittingEmptySubsequences: false).flatMap(wrapped)
    return Outcome(
      criterion: "the \(measured) is at most \(goal); it is \(fixed(loss, 3))",
      hasConverged: loss <= goal, iterations: curve.training.count, unit: "steps", loss: loss,
      accuracy: nil, lines: lines)
  }
  /// A line of a sample, indented, as lines of at most 78 columns.
  private static func wrapped(_ line: Substring) -> [String] {
    let starts = stride(from: 0, through: max(line.count - 1, 0), by: 76)
    return starts.map { "  " + line.dropFirst($0).prefix(76) }
  }
}
