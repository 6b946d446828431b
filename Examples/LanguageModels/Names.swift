import Myelin

/// A small GPT that invents names, from a list of 32,033 that people have.
///
///     model      4 blocks of attention in 4 heads, width 64, 0.2 million parameters
///     loss       cross entropy of each letter, and of the end
///     gradient   of 32 names
///     update     AdamW, a cosine down to zero
///
/// A row is one name: a dot that begins it, its letters, and a dot that ends it. Rows are filled up
/// to the longest name, and what fills them counts nothing in the loss. The task is A. Karpathy's
/// makemore.
///
/// **When it stops.** After 20,000 steps. It has learned enough when 1,000 names that were held out
/// have a loss of at most 1.98 nats a letter.
enum Names {
  static let goal = 1.98
  static let batchSize = 32

  @Sendable static func train(
    _ text: String, seed: UInt64, steps: Int, report: TextExample.Report
  ) throws(TextError) -> TextExample.Lesson {
    var random = RandomSource(seed: seed)
    let lines = text.split(whereSeparator: \.isNewline)
    try check(lines)
    let letters = CharacterTokenizer(alphabetOf: "." + lines.joined(), unit: .scalars)
    var names: [[Int]] = []
    for line in lines { names.append(try letters.encode(".\(line).")) }
    let order = random.permutation(names.count).scalars(as: Int.self)
    let context = (names.map(\.count).max() ?? 2) - 1
    let training = Rows(order.dropLast(1000).map { names[$0] }, context: context)
    let test = Rows(order.suffix(1000).map { names[$0] }, context: context).batch(Array(0..<1000))

    let model = withRandomSeed(seed) {
      GPT(
        GPT.Configuration(
          vocabulary: letters.vocabularySize, context: context, width: 64, layers: 4, heads: 4,
          dropout: 0,
          activation: .none))
    }
    var optimizer = AdamW(learningRate: 1e-3, beta2: 0.99, weightDecay: 0.1)
    optimizer.clipping = .norm(1)
    optimizer.groups = [.withoutDecay(of: model)]
    let schedule = CosineSchedule(from: 1e-3, to: 1e-5, steps: steps)

    let step = compile { (learner: inout Learner<GPT>, batch: NameBatch) -> Tensor in
      let (loss, gradients) = valueAndGradient(of: &learner.model) {
        tokenLoss($0(batch.inputs), batch.targets)
      }
      learner.optimizer.update(&learner.model, with: gradients)
      return loss
    }
    let evaluate = compile { (model: GPT, batch: NameBatch) in
      tokenLoss(model(batch.inputs), batch.targets)
    }

    var learner = Learner(model: model, optimizer: optimizer)
    var curve = LossCurve()
    var loss = 0.0
    for number in 0..<steps {
      learner.optimizer.learningRate = schedule(number)
      let chosen = random.uniform([batchSize], from: 0, to: Double(training.count), .int64)
      let batch = training.batch(chosen.scalars(as: Int.self))
      curve.training.append(step(&learner, batch).item())
      if (number + 1) % 2000 == 0 || number == steps - 1 {
        loss = evaluate(learner.model, test).item()
        curve.validation.append((number + 1, loss))
        report("step \(number + 1) of \(steps): test loss \(fixed(loss, 3))")
      }
    }
    return TextExample.Lesson(
      outcome: .ofTraining(
        curve, sample: try sample(learner.model, letters, seed: seed), loss: loss, goal: goal,
        measured: "test loss", of: model.parameterCount),
      curve: curve)
  }

  private static func check(_ lines: [Substring]) throws(TextError) {
    let longest = lines.map(\.unicodeScalars.count).max() ?? 0
    if lines.count < 2000 || longest > 64 {
      throw TextError(
        .invalidValue, place: "names", found: "\(lines.count) of up to \(longest) letters",
        expected: "a name a line, at least 2,000, each of at most 64 letters")
    }
  }

  /// 20 names, four a line.
  private static func sample(
    _ model: GPT, _ letters: CharacterTokenizer, seed: UInt64
  ) throws(TextError) -> String {
    let writer = model.compiled()
    let dot = try letters.encode(".")
    var random = RandomSource(seed: seed)
    var names: [String] = []
    for _ in 0..<20 {
      let name = writer.generate(
        from: dot, maximum: model.configuration.context, stopSequences: [dot],
        using: random.split())
      names.append(try letters.decode(Array(name)))
    }
    return stride(from: 0, to: 20, by: 4).map { names[$0..<$0 + 4].joined(separator: ", ") }
      .joined(separator: "\n")
  }
}

/// Names as inputs and as targets, both [batch, context].
struct NameBatch: TensorTree {
  let inputs: Tensor
  let targets: Tensor
}

/// Names in rows of equal length.
struct Rows {
  private let names: [[Int]]
  private let context: Int

  init(_ names: [[Int]], context: Int) {
    self.names = names
    self.context = context
  }

  var count: Int { names.count }

  func batch(_ chosen: [Int]) -> NameBatch {
    let rows = chosen.map { names[$0] }
    let inputs = PaddedTokens(rows.map { $0.dropLast() }, padding: 0, length: context)
    let targets = PaddedTokens(rows.map { Array($0.dropFirst()) }, padding: -1, length: context)
    return NameBatch(inputs: inputs.tokens, targets: targets.tokens)
  }
}
