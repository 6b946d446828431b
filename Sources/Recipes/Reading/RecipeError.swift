import Interchange

/// Why a recipe cannot be used: everything that was found wrong with it, in the order of its lines.
package struct RecipeError: Error, Sendable, Hashable {
  /// One thing that is wrong.
  package struct Problem: Sendable, Hashable {
    package let place: Place
    /// What was found and what was expected, in words for a person.
    package let message: String

    package init(_ place: Place, _ message: String) {
      self.place = place
      self.message = message
    }
  }

  /// The recipe's path.
  package let file: String
  package let problems: [Problem]

  package init(file: String, _ problems: [Problem]) {
    self.file = file
    self.problems = problems.sorted { $0.place < $1.place }
  }

  /// An error about one place.
  package init(file: String, _ place: Place, _ message: String) {
    self.init(file: file, [Problem(place, message)])
  }
}

extension RecipeError: CustomStringConvertible {
  /// A line for each problem, the first 20:
  /// `mnist.yaml:12:7: model.layers[2].conv2d.kernl: unknown key; nearest: kernel`.
  package var description: String {
    let most = 20
    var lines = problems.prefix(most).map { problem in
      let place = problem.place
      let position = place.line.map { ":\($0)" + (place.column.map { ":\($0)" } ?? "") } ?? ""
      let path = place.path.isEmpty ? "" : "\(Name.shown(place.path)): "
      return "\(file)\(position): \(path)\(problem.message)"
    }
    if problems.count > most { lines.append("and \(problems.count - most) more problems") }
    return lines.joined(separator: "\n")
  }
}
