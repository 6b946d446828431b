import Myelin

/// Words written backwards: “myelin” → “nileym”. The model is `SequenceToSequence`.
///
/// A single state would have to hold the whole word; with attention the decoder looks at each letter
/// when it needs it. Nobody tells it where: that the last letter comes first, it finds out, and the
/// picture of its attention shows an anti-diagonal.
///
/// The words are three to ten letters, each drawn at random, so that there is nothing to learn by
/// heart.
///
/// **When it stops.** When 99.8 % of the validation words come out without any mistake. Validation and
/// test words are never trained on.
package enum Reversal {
  package static func run(seed: UInt64, maximum: Int, longest: Int = 10) -> Outcome {
    var random = RandomSource(seed: seed, position: 1 << 60)
    let held = words(2000, longest, &random)
    let known = Set(held)
    let examples = held.map { ($0, String($0.reversed())) }
    let task = TranslationTask(
      characters: Characters(alphabet), lengths: (longest, longest + 1),
      draw: { count, random in
        words(count, longest, &random).filter { !known.contains($0) }
          .map { ($0, String($0.reversed())) }
      },
      validation: Array(examples[..<1000]), test: Array(examples[1000...]),
      shown: String("sequential".prefix(longest)))
    return task.run(seed: seed, maximum: maximum, width: 64, rate: 0.005)
  }

  private static let alphabet = "abcdefghijklmnopqrstuvwxyz"

  private static func words(_ count: Int, _ longest: Int, _ random: inout RandomSource) -> [String]
  {
    let letters = Array(alphabet)
    let lengths = random.uniform([count], from: 3, to: Double(longest + 1), .int64)
      .scalars(as: Int.self)
    let drawn = random.uniform([count, longest], from: 0, to: 26, .int64).scalars(as: Int.self)
    return lengths.enumerated().map { word, length in
      String((0..<length).map { letters[drawn[word * longest + $0]] })
    }
  }
}
