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
/// **When it stops.** When 99.8 % of the validation sums are exactly right.
package enum Addition {
  package static func run(seed: UInt64, maximum: Int) -> Outcome {
    var random = RandomSource(seed: seed, position: 1 << 60)
    let order = random.permutation(10_000).scalars(as: Int.self)
    let sums = order.map { number in
      let (a, b) = number.quotientAndRemainder(dividingBy: 100)
      return ("\(a)+\(b)", "\(a + b)")
    }
    let training = Array(sums[2000...])
    let task = TranslationTask(
      characters: Characters("0123456789+"), lengths: ("57+68".count, "125".count + 1),
      draw: { count, random in
        random.uniform([count], from: 0, to: Double(training.count), .int64)
          .scalars(as: Int.self).map { training[$0] }
      },
      validation: Array(sums[..<1000]), test: Array(sums[1000..<2000]),
      shown: "57+68")
    return task.run(seed: seed, maximum: maximum, width: 128, rate: 0.003)
  }
}
