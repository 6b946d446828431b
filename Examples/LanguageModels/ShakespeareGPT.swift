import Myelin

/// A GPT that learns Shakespeare letter by letter: what is the next character, given the last 64?
///
///     model      4 blocks of attention in 4 heads, width 128, 0.8 million parameters
///     loss       cross entropy of each character of a window, all 64 at once
///     gradient   of 12 windows from random places, no longer than 1
///     update     AdamW; 100 steps of warm-up, then a cosine down to a tenth of the rate
///
/// The sizes are those that A. Karpathy's nanoGPT suggests for a laptop's processor; he reports a
/// validation loss of 1.88.
///
/// **When it stops.** After 2,000 steps, since the schedule of the learning rate is made for them.
/// It has learned enough when the loss on the last tenth of the text, which it never trained on, is
/// at most 1.91 nats a character: e^1.91 = 6.8 characters to choose among instead of 65.
enum ShakespeareGPT {
  static let goal = 1.91
  static let context = 64
  static let batchSize = 12

  @Sendable static func train(
    _ text: String, seed: UInt64, steps: Int, report: TextExample.Report
  ) throws(TextError) -> TextExample.Lesson {
    let characters = CharacterTokenizer(alphabetOf: text, unit: .scalars)
    let tokens = try characters.encode(text)
    let cut = tokens.count * 9 / 10
    let training = TokenWindows(Array(tokens[..<cut]), context: context)
    let validation = TokenWindows(Array(tokens[cut...]), context: context)

    let model = withRandomSeed(seed) {
      GPT(
        GPT.Configuration(
          vocabulary: characters.vocabularySize, context: context, width: 128, layers: 4, heads: 4,
          dropout: 0, activation: .none))
    }
    var optimizer = AdamW(learningRate: 1e-3, beta2: 0.99, weightDecay: 0.1)
    optimizer.clipping = .norm(1)
    optimizer.groups = [.withoutDecay(of: model)]
    let warmUp = min(100, steps / 2)
    let schedule = WarmUp(
      steps: warmUp, from: 1 / Double(warmUp + 1),
      before: CosineSchedule(from: 1e-3, to: 1e-4, steps: max(1, steps - warmUp)))

    let step = compile { (learner: inout Learner<GPT>, batch: TokenBatch) -> Tensor in
      let (loss, gradients) = valueAndGradient(of: &learner.model) {
        tokenLoss($0(batch.inputs), batch.targets)
      }
      learner.optimizer.update(&learner.model, with: gradients)
      return loss
    }
    let evaluate = compile { (model: GPT, batch: TokenBatch) in
      tokenLoss(model(batch.inputs), batch.targets)
    }
    func validationLoss(_ model: GPT, batches: Int) -> Double {
      var random = RandomSource(seed: seed &+ 1)
      let losses = (0..<batches).map { _ in
        evaluate(model, validation.randomBatch(batchSize, using: &random)).item()
      }
      return losses.reduce(0, +) / Double(batches)
    }

    var learner = Learner(model: model, optimizer: optimizer)
    var random = RandomSource(seed: seed)
    var curve = LossCurve()
    for number in 0..<steps {
      learner.optimizer.learningRate = schedule(number)
      let batch = training.randomBatch(batchSize, using: &random)
      curve.training.append(step(&learner, batch).item())
      if (number + 1) % 250 == 0 {
        let loss = validationLoss(learner.model, batches: 20)
        curve.validation.append((number + 1, loss))
        report("step \(number + 1) of \(steps): validation loss \(fixed(loss, 3))")
      }
    }

    let loss = validationLoss(learner.model, batches: 200)
    return TextExample.Lesson(
      outcome: .ofTraining(
        curve, sample: try sample(learner.model, characters, seed: seed), loss: loss, goal: goal,
        measured: "validation loss over 200 batches", of: model.parameterCount),
      curve: curve)
  }
}
