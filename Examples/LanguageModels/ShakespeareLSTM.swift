import Myelin

/// A recurrent network that learns Shakespeare letter by letter, and remembers what it has read in
/// a state instead of looking back.
///
///     model      vectors of 256 numbers, 2 layers of LSTM with 256 units, logits
///     loss       cross entropy of each character
///     gradient   through 64 characters; the state goes on from batch to batch, its gradient not
///     update     Adam, with a cosine down to a hundredth of the rate
///
/// The text is dealt out in 32 parts that are read beside each other, each from its front to its
/// back. So the state at the end of a batch is right for the beginning of the next (truncated
/// backpropagation through time). Dropout of 0.2 after each layer keeps it from learning
/// the text by heart in 6 epochs.
///
/// **When it stops.** After 6 epochs, since the schedule is made for them. It has learned enough when
/// the loss on the last tenth of the text, read in one go, is at most 1.53 nats a character.
enum ShakespeareLSTM {
  static let goal = 1.53
  static let streams = 32
  static let length = 64

  @Sendable static func train(
    _ text: String, seed: UInt64, steps: Int, report: TextExample.Report
  ) throws(TextError) -> TextExample.Lesson {
    let characters = CharacterTokenizer(alphabetOf: text, unit: .scalars)
    let tokens = try characters.encode(text)
    let cut = tokens.count * 9 / 10
    let training = TokenStreams(
      Array(tokens[..<cut]), count: streams, length: length, dropsLast: true)
    let validation = TokenStreams(
      Array(tokens[cut...]), count: streams, length: length, dropsLast: true)

    let model = withRandomSeed(seed) {
      LSTMLanguageModel(
        vocabulary: characters.vocabularySize, width: 256, hidden: 256, dropout: 0.2)
    }
    var optimizer = AdamW(learningRate: 2e-3, weightDecay: 0)
    optimizer.clipping = .norm(1)
    let schedule = CosineSchedule(from: 2e-3, to: 2e-5, steps: steps)

    let step = compile {
      (learner: inout Learner<LSTMLanguageModel>, state: inout LSTMState, batch: TokenBatch)
        -> Tensor in
      let before = state
      let (loss, after, gradients) = valueAndGradient(of: &learner.model) { model in
        var state = before
        let logits = model(batch.inputs, state: &state)
        return (tokenLoss(logits, batch.targets), state)
      }
      learner.optimizer.update(&learner.model, with: gradients)
      state = after
      return loss
    }
    let evaluate = compile {
      (state: inout LSTMState, model: LSTMLanguageModel, batch: TokenBatch) -> Tensor in
      tokenLoss(model(batch.inputs, state: &state), batch.targets)
    }
    func validationLoss(_ model: LSTMLanguageModel) -> Double {
      var state = model.makeCache(batch: streams)
      let losses = validation.map { evaluate(&state, model, $0).item() }
      return losses.reduce(0, +) / Double(losses.count)
    }

    var learner = Learner(model: model, optimizer: optimizer)
    var state = model.makeCache(batch: streams)
    var curve = LossCurve()
    var loss = 0.0
    for number in 0..<steps {
      let place = number % training.batchCount
      if place == 0 { state = model.makeCache(batch: streams) }
      learner.optimizer.learningRate = schedule(number)
      curve.training.append(step(&learner, &state, training.batch(place)).item())
      if place == training.batchCount - 1 || number == steps - 1 {
        loss = validationLoss(learner.model)
        curve.validation.append((number + 1, loss))
        report("step \(number + 1) of \(steps): validation loss \(fixed(loss, 3))")
      }
    }

    return TextExample.Lesson(
      outcome: .ofTraining(
        curve, sample: try sample(learner.model, characters, seed: seed), loss: loss, goal: goal,
        measured: "validation loss", of: model.parameterCount),
      curve: curve)
  }
}
