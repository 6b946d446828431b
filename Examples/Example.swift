import Foundation

/// A method of the course and how to run it.
package struct Example: Sendable {
  package let name: String
  /// What it shows, in one line.
  package let summary: String
  /// Iterations after which it gives up, unless said otherwise.
  package let maximum: Int
  /// Runs it from a seed for at most this many iterations.
  package let run: @Sendable (_ seed: UInt64, _ maximum: Int) throws -> Outcome

  /// All examples, in the order of the course: each shows one thing that those before it do not.
  package static let all = [
    Example(
      name: "perceptron", summary: "Rosenblatt's rule finds a line between two classes",
      maximum: 1000
    ) { Perceptron.run(.separable(seed: $0), maximum: $1) },
    Example(
      name: "perceptron-xor", summary: "the same rule where no line will do: it never settles",
      maximum: 100
    ) { Perceptron.run(.checkered(seed: $0), maximum: $1) },
    Example(
      name: "linear-regression", summary: "gradient descent, the gradient written by hand",
      maximum: 1000
    ) { LinearRegression.run(seed: $0, maximum: $1) },
    Example(
      name: "logistic-regression", summary: "probabilities, the gradient found by the library",
      maximum: 2000
    ) { LogisticRegression.run(seed: $0, maximum: $1) },
    Example(
      name: "xor", summary: "one hidden layer does what no line can",
      maximum: 1000
    ) { XOR.run(seed: $0, maximum: $1) },
    Example(
      name: "two-spirals", summary: "two hidden layers part two arms wound into each other",
      maximum: 2000
    ) { TwoSpirals.run(seed: $0, maximum: $1) },
    Example(
      name: "digits", summary: "a convolutional network reads handwritten digits",
      maximum: 30
    ) { try DigitsCNN.run(seed: $0, maximum: $1) },
    Example(
      name: "reversal", summary: "attention finds the letters of a word from its end",
      maximum: 4000
    ) { Reversal.run(seed: $0, maximum: $1) },
    Example(
      name: "addition", summary: "attention and memory add two numbers, digit by digit",
      maximum: 8000
    ) { Addition.run(seed: $0, maximum: $1) },
    Example(
      name: "forecast", summary: "the sea's temperature a year ahead, from real data",
      maximum: 100
    ) { try Forecast.run(seed: $0, maximum: $1) },
    Example(
      name: "copy", summary: "remembering three letters over 200 steps: RNN, LSTM, GRU",
      maximum: 1500
    ) { CopyTask.run(seed: $0, maximum: $1) },
  ]

  package static func named(_ name: String) -> Example? { all.first { $0.name == name } }

  /// One line an example.
  package static var list: String {
    let texts = TextExample.all
    let width = (all.map(\.name.count) + texts.map(\.name.count)).max() ?? 0
    func line(_ name: String, _ summary: String) -> String {
      "  " + name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + summary
    }
    return """
      The methods of a course on deep learning, each in a file of Examples/.

      \(all.map { line($0.name, $0.summary) }.joined(separator: "\n"))

      Language models, which need a text (--data <folder>) and some minutes:

      \(texts.map { line($0.name, $0.summary) }.joined(separator: "\n"))

      Run one:  swift run -c release examples xor --seed 2
      """
  }
}
