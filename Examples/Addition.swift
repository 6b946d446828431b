import Myelin

/// Sums as text: “57+68” → “125”. The model is `SequenceToSequence`.
///
/// It is not told what a number is: it sees eleven characters, and finds that digits stand for
/// amounts, which of them belong together, and that some carry over. The first digit to be written
/// depends on the last ones that were read.
///
/// There are 10,000 sums of two numbers below 100. It is trained on 8,000 of them, validated on 1,000
/// and tested with 1,000; those it can only get right by adding.
///
/// **When it stops.** When 99.5 % of the validation sums are exactly right.
package enum Addition {
  package static func run(seed: UInt64, maximum: Int, below bound: Int = 100) -> Outcome {
    var random = RandomSource(seed: seed, position: 1 << 60)
    let order = random.permutation(bound * bound).scalars(as: Int.self)
    let sums = order.map { number in
      let (a, b) = number.quotientAndRemainder(dividingBy: bound)
      return ("\(a)+\(b)", "\(a + b)")
    }
    let tenth = sums.count / 10
    let training = Array(sums[(2 * tenth)...])
    let digits = "\(bound - 1)".count
    let task = TranslationTask(
      characters: Characters("0123456789+"), lengths: (2 * digits + 1, digits + 2),
      draw: { count, random in
        random.uniform([count], from: 0, to: Double(training.count), .int64)
          .scalars(as: Int.self).map { training[$0] }
      },
      validation: Array(sums[..<tenth]), test: Array(sums[tenth..<(2 * tenth)]),
      shown: bound > 68 ? "57+68" : "5+8")
    return task.run(seed: seed, maximum: maximum, width: 128, rate: 0.003)
  }
}
