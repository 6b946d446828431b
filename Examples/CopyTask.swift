import Foundation
import Myelin

/// Three letters are shown, 200 blanks follow, then the letters are asked for: what remembers?
///
///     memory       RNN    h ← tanh(W · x + U · h + b)
///                  LSTM   c ← f ∘ c + i ∘ g,  h ← o ∘ tanh c      gates f, i, o of x and h
///                  GRU    h ← z ∘ h + (1 − z) ∘ n                 gate z of x and h
///     prediction   p = softmax(V · h + d) at each of the last three steps
///     loss         L = −mean of log p(the right letter); guessing gives log 8 = 2.08
///     update       Adam, gradients clipped to a norm of 1
///
/// The task is that of Hochreiter and Schmidhuber (1997) in the form of Arjovsky, Shah and Bengio
/// (2016). The gradient for the first step comes back through 200 steps. In the plain RNN each
/// multiplies it by U and by the slope of tanh, so that it fades; where f or z is close to 1, the
/// gates pass it on as it is.
///
/// **First weights.** U is orthogonal, for all three: it neither stretches nor shrinks what goes
/// through it, which helps the RNN most. A gate of bias b forgets within about 1 + eᵇ steps. Each
/// unit gets a b of its own, uniform from 0 to 1 + log 200, so that there are units for each span:
/// slow ones that hold a letter over the gap, fast ones that tell the first letter from the second.
/// (Tallec and Ollivier, 2018, set gates by spans too, evenly by their length and not by its
/// logarithm; then hardly a unit is fast, and the letters come back in the wrong order.)
///
/// **When it stops.** Each network when, of the sequences of the last 50 steps, 99 % came back
/// without a mistake. No sequence is shown twice: those are as good as held out.
package enum CopyTask {
  static let (letters, shown, hidden, goal) = (8, 3, 64, 0.99)
  /// Steps over which losses are averaged.
  static let span = 50

  struct Network<Memory: SequenceMemory>: Module {
    var memory: Memory
    var output = Linear(hidden, letters)

    /// [time, n, letters + 2] → logits of the last steps, [shown, n, letters].
    func callAsFunction(_ sequence: Tensor) -> Tensor {
      let states = memory.states(sequence)
      return output(states[(states.shape[0] - shown)...])
    }
  }

  struct Training<Memory: SequenceMemory>: TensorTree {
    var network: Network<Memory>
    var optimizer = Adam(learningRate: 0.02)
  }

  /// How a network fared: the mean loss of every 50 steps, and whether it learned the task.
  struct Curve {
    var losses: [Double] = []
    var steps = 0
    var accuracy = 0.0
    var hasConverged: Bool { accuracy >= goal }
  }

  static func train<Memory: SequenceMemory>(
    _ memory: Memory, seed: UInt64, maximum: Int, gap: Int
  ) -> Curve {
    var state = Training(network: withRandomSeed(seed) { Network(memory: memory) })
    state.optimizer.clipping = .norm(1)
    let step = compile { (state: inout Training<Memory>, batch: Sequences) -> (Tensor, Tensor) in
      var isRight = batch.letters
      let (loss, gradients) = valueAndGradient(of: &state.network) { network in
        let logits = network(batch.inputs)
        isRight = (logits.detached().argmax(along: 2) .== batch.letters).all(along: 0)
        return crossEntropy(logits.reshaped(to: [-1, letters]), batch.letters.flattened(from: 0))
      }
      state.optimizer.update(&state.network, with: gradients)
      return (loss, isRight.to(.float32).mean())
    }

    var random = RandomSource(seed: seed)
    var curve = Curve()
    while curve.steps < maximum && !curve.hasConverged {
      var (loss, accuracy) = (0.0, 0.0)
      let count = min(span, maximum - curve.steps)
      for _ in 0..<count {
        let (batchLoss, batchAccuracy) = step(&state, Sequences(32, gap: gap, &random))
        loss += batchLoss.item() / Double(count)
        accuracy += batchAccuracy.item() / Double(count)
      }
      curve.steps += count
      curve.losses.append(loss)
      curve.accuracy = accuracy
    }
    return curve
  }

  package static func run(seed: UInt64, maximum: Int, gap: Int = 200) -> Outcome {
    let curves = withRandomSeed(seed) {
      let rnn = RNN(letters + 2, hidden).initialized(over: gap)
      let lstm = LSTM(letters + 2, hidden).initialized(over: gap)
      let gru = GRU(letters + 2, hidden).initialized(over: gap)
      return [
        train(rnn, seed: seed, maximum: maximum, gap: gap),
        train(lstm, seed: seed, maximum: maximum, gap: gap),
        train(gru, seed: seed, maximum: maximum, gap: gap),
      ]
    }
    let names = ["RNN", "LSTM", "GRU"]
    let gated = curves.dropFirst()
    let ends = zip(names, curves).map { name, curve in
      "\(name): \(percent(curve.accuracy)) of the sequences without a mistake after "
        + "\(curve.steps) steps"
    }
    return Outcome(
      criterion: "LSTM and GRU give \(percent(goal)) of the sequences back without a mistake",
      hasConverged: gated.allSatisfy(\.hasConverged),
      iterations: gated.map(\.steps).max() ?? 0, unit: "steps",
      loss: gated.compactMap(\.losses.last).max() ?? 0,
      accuracy: gated.map(\.accuracy).min(),
      lines: ["\(shown) letters of \(letters), a gap of \(gap) steps", ""] + table(curves) + [""]
        + ends)
  }

  /// A line for every 50 steps; a network that has learned the task is not trained on.
  private static func table(_ curves: [Curve]) -> [String] {
    let rows = curves.map(\.losses.count).max() ?? 0
    return [heading("step", "RNN", "LSTM", "GRU")]
      + (0..<rows).map { row in
        let steps = curves.map { min((row + 1) * span, $0.steps) }.max() ?? 0
        let cells = curves.map { row < $0.losses.count ? fixed($0.losses[row]) : "-" }
        return padded("\(steps)", 8) + cells.map { padded($0, 12) }.joined()
      }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension CopyTask {
  /// Sequences of the task.
  struct Sequences: TensorTree {
    /// One-hot letters, blanks and questions, [shown + gap + shown, n, letters + 2].
    let inputs: Tensor
    /// [shown, n].
    let letters: Tensor

    init(_ count: Int, gap: Int, _ random: inout RandomSource) {
      letters = random.uniform(
        [shown, count], from: 0, to: Double(CopyTask.letters), .int64)
      let blanks = Tensor.full([gap, count], Double(CopyTask.letters), .int64)
      let questions = Tensor.full([shown, count], Double(CopyTask.letters + 1), .int64)
      inputs = concatenate([letters, blanks, questions]).oneHot(CopyTask.letters + 2).to(.float32)
    }
  }
}

/// What remembers: a recurrent layer.
protocol SequenceMemory: Module {
  var weights: [RecurrentWeights] { get set }
  /// Rows of gates among the rows of `weights`, and what a bias b does to each: +1 where b keeps,
  /// −1 where it keeps out, 0 where it does neither.
  static var spans: [Double] { get }
  /// The state after each step, [time, n, hidden].
  func states(_ sequence: Tensor) -> Tensor
}

extension RNN: SequenceMemory {
  static let spans = [0.0]
  func states(_ sequence: Tensor) -> Tensor { self(sequence).output }
}

extension LSTM: SequenceMemory {
  /// i, f, g, o: what is kept for long is written slowly.
  static let spans = [-1.0, 1, 0, 0]
  func states(_ sequence: Tensor) -> Tensor { self(sequence).output }
}

extension GRU: SequenceMemory {
  /// r, z, n.
  static let spans = [0.0, 1, 0]
  func states(_ sequence: Tensor) -> Tensor { self(sequence).output }
}

extension SequenceMemory {
  /// With orthogonal U and with gates that remember for 2 to about e · `gap` steps.
  func initialized(over gap: Int) -> Self {
    var memory = self
    let size = memory.weights[0].hiddenWeight.shape[1]
    RandomSource.withCurrent { random in
      memory.weights[0].hiddenWeight = concatenate(
        Self.spans.map { _ in Initializer.orthogonal()([size, size], using: &random) })
      let bias = random.uniform([size], from: 0, to: 1 + log(Double(gap)))
      memory.weights[0].inputBias = concatenate(Self.spans.map { $0 * bias })
      memory.weights[0].hiddenBias = .zeros([Self.spans.count * size])
    }
    return memory
  }
}
