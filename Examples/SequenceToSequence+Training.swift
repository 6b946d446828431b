import Myelin

/// The characters of a task as numbers: 0 is nothing, 1 ends a text (and stands before its first
/// character), the rest follow.
struct Characters {
  static let (nothing, end) = (0, 1)
  let list: [Character]

  init(_ text: String) { list = Array(text) }

  var count: Int { list.count + 2 }

  /// The texts as rows of [n, length], filled up with nothing.
  func numbers(_ texts: [String], length: Int, hasEnd: Bool) -> Tensor {
    let rows = texts.map { text -> [Int] in
      let known = text.map { character in (list.firstIndex(of: character) ?? -1) + 2 }
      let all = known + (hasEnd ? [Self.end] : [])
      return all + [Int](repeating: Self.nothing, count: length - all.count)
    }
    return Tensor(rows.flatMap { $0 }, shape: [texts.count, length])
  }

  /// The text of a row, up to its end.
  func text(_ numbers: [Int]) -> String {
    String(numbers.prefix { $0 > Self.end }.map { list[$0 - 2] })
  }
}

/// Texts and what they are to become.
struct Pairs: TensorTree {
  /// [n, read].
  let source: Tensor
  /// [n, written], with the end.
  let target: Tensor
}

/// A task from text to text: examples to train on, to validate on and to test with, none of them in
/// two of the three.
struct TranslationTask {
  typealias Example = (source: String, target: String)
  let characters: Characters
  /// The longest source, and the longest target with its end.
  let lengths: (source: Int, target: Int)
  /// A batch of new training examples.
  let draw: @Sendable (_ count: Int, _ random: inout RandomSource) -> [Example]
  let validation: [Example]
  let test: [Example]
  /// The source whose attention is shown.
  let shown: String

  func pairs(_ examples: [Example]) -> Pairs {
    Pairs(
      source: characters.numbers(
        examples.map(\.source), length: lengths.source, hasEnd: false),
      target: characters.numbers(examples.map(\.target), length: lengths.target, hasEnd: true))
  }
}

extension TranslationTask {
  static let goal = 0.998

  struct Training: TensorTree {
    var network: SequenceToSequence
    var optimizer: Adam
  }

  /// Trains until 99 % of the validation examples come out exactly, asking every 250 steps, and then
  /// at a tenth of the rate until 99.8 % do.
  func run(seed: UInt64, maximum: Int, width: Int, rate: Double) -> Outcome {
    var state = Training(
      network: withRandomSeed(seed) {
        SequenceToSequence(characters: characters.count, width: width)
      }, optimizer: Adam(learningRate: rate))
    state.optimizer.clipping = .norm(1)
    let step = compile { (state: inout Training, pairs: Pairs) -> Tensor in
      let (loss, gradients) = valueAndGradient(of: &state.network) { network in
        let logits = network(pairs)
        return crossEntropy(
          logits.flattened(from: 0).reshaped(to: [-1, logits.shape[2]]),
          pairs.target.reshaped(to: [-1]), ignoring: Characters.nothing)
      }
      state.optimizer.update(&state.network, with: gradients)
      return loss
    }

    var random = RandomSource(seed: seed)
    var lines = [heading("step", "loss", "validation")]
    var (steps, loss, reached, isSettling) = (0, 0.0, 0.0, false)
    while !(isSettling && reached >= Self.goal) && steps < maximum {
      if reached >= 0.99 {
        isSettling = true
        state.optimizer.learningRate = rate / 10
      }
      let count = min(250, maximum - steps)
      loss = 0
      for _ in 0..<count {
        loss += step(&state, pairs(draw(64, &random))).item() / Double(count)
      }
      steps += count
      reached = exactness(state.network, validation)
      lines.append(row(steps, loss, reached))
    }

    let final = exactness(state.network, test)
    lines += [""] + picture(state.network)
    lines += ["", "\(percent(final)) of \(test.count) texts that it never saw come out exactly"]
    return Outcome(
      criterion: "\(percent(Self.goal)) of the validation texts come out exactly",
      hasConverged: reached >= Self.goal, iterations: steps, unit: "steps", loss: loss,
      accuracy: final, lines: lines)
  }

  /// The part of the examples that the network writes without any mistake, end included.
  private func exactness(_ network: SequenceToSequence, _ examples: [Example]) -> Double {
    let pairs = pairs(examples)
    let written = network.translate(pairs.source, count: lengths.target).written
    let isRight = (written .== pairs.target) || (pairs.target .== Double(Characters.nothing))
    return isRight.all(along: 1).to(.float32).mean().item()
  }

  /// Where the decoder looked: a line for each character that it wrote, a column for each that it
  /// read; the darker, the larger α.
  private func picture(_ network: SequenceToSequence) -> [String] {
    let source = pairs([(shown, "")]).source
    let (written, weights) = network.translate(source, count: lengths.target)
    let text = characters.text(written[0].scalars(as: Int.self))
    let shades = Array(" .:-=+*#%@")
    let rows = text.enumerated().map { place, character in
      let row = weights[0, .at(place)].scalars(as: Double.self).prefix(shown.count)
      let cells = row.map { weight in
        String(repeating: shades[min(9, Int(10 * weight))], count: 2)
      }
      return "  \(character) |" + cells.joined() + "|"
    }
    return ["\(shown) → \(text), and where it looked (from ' ' for none to '@' for all):", ""]
      + ["     " + shown.map { "\($0) " }.joined()] + rows
  }
}
