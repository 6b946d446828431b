import Foundation

/// How a run of an example ended, and what it has to tell.
package struct Outcome: Sendable {
  /// What had to hold for the run to have converged.
  package let criterion: String
  /// Whether it held before the maximum was reached; otherwise the maximum ended the run.
  package let hasConverged: Bool
  /// How often the parameters had been updated, or the data been gone through; `unit` says which.
  package let iterations: Int
  /// What is counted, in the plural: "steps", "passes", "epochs".
  package let unit: String
  /// The loss at the end.
  package let loss: Double
  /// The part of the examples that are classified right at the end; nil where nothing is classified.
  package let accuracy: Double?
  /// What happened and what was learned, at most 80 columns a line.
  package let lines: [String]

  /// The last two lines of every example: what it waited for, and whether that came.
  package var ending: String {
    let counted = iterations == 1 ? String(unit.dropLast(unit == "passes" ? 2 : 1)) : unit
    return "criterion: \(criterion)\n"
      + (hasConverged
        ? "converged: met after \(iterations) \(counted)"
        : "not converged: stopped at the maximum of \(iterations) \(counted)")
  }

  /// Everything there is to print.
  package var report: String { (lines + ["", ending]).joined(separator: "\n") }
}

/// Whether an iteration is worth a line: 0, 1, 2, 4, 8, 16, … A loss falls fast at first and slowly
/// later; doubling steps show both in a few lines.
func isMilestone(_ iteration: Int) -> Bool { iteration & (iteration - 1) == 0 }

/// A row of a table: the iteration, and numbers with four digits after the point.
func row(_ iteration: Int, _ numbers: Double...) -> String {
  String(format: "%8d", iteration) + numbers.map { String(format: "%12.4f", $0) }.joined()
}

/// The heading of such a table.
func heading(_ unit: String, _ columns: String...) -> String {
  String(repeating: " ", count: 8 - unit.count) + unit
    + columns.map { String(repeating: " ", count: 12 - $0.count) + $0 }.joined()
}

/// A number with this many digits after the point.
func fixed(_ number: Double, _ places: Int = 4) -> String { String(format: "%.\(places)f", number) }

/// A term of a sum, with its sign before it.
func term(_ factor: Double, _ variable: String = "") -> String {
  (factor < 0 ? " − " : " + ") + fixed(abs(factor), 2) + variable
}

/// A part of the whole in percent.
func percent(_ part: Double) -> String { fixed(100 * part, 1) + " %" }
