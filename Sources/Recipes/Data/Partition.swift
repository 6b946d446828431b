import Tensors

/// Which examples are for training, validation and the test.
package struct Partition: Sendable, Hashable {
  package private(set) var training: [Int] = []
  package private(set) var validation: [Int] = []
  package private(set) var test: [Int] = []

  /// Parts a source's examples as a recipe's `split` says. The test part does not depend on the
  /// validation part, so that results with and without one compare.
  init(_ material: Material, _ split: Entry, seed: UInt64, file: String) throws(RecipeError) {
    var random = RandomSource(seed: seed, position: 5 << 60)
    var rest = Array(0..<material.count)
    if !material.testPlaces.isEmpty {
      try Partition.refuseOther(split, file)
      let chosen = Set(material.testPlaces)
      test = material.testPlaces
      rest.removeAll { chosen.contains($0) }
    } else if let conditions = split["test_where"] {
      let chosen = try Partition.places(material, conditions, file)
      test = rest.filter { chosen.contains($0) }
      rest.removeAll { chosen.contains($0) }
    } else {
      let cutting = try Cutting(material, split, file)
      if let folds = split["folds"]?.integer {
        test = cutting.take(rest, .fold(split.integer("fold"), of: folds), &random)
      } else {
        test = cutting.take(rest, .part(split.number("test")), &random)
      }
      let chosen = Set(test)
      rest.removeAll { chosen.contains($0) }
    }
    validation = try Cutting(material, split, file)
      .take(rest, .part(split.number("validation")), &random)
    let chosen = Set(validation)
    training = rest.filter { !chosen.contains($0) }
    if training.isEmpty {
      throw RecipeError(
        file: file, split.place,
        "leaves none of \(material.count) examples to train on")
    }
    for (name, part) in [("validation", validation), ("test", test)]
    where split.number(name) > 0 && part.isEmpty {
      throw RecipeError(
        file: file, split.place,
        "gives \(name) none of \(material.count) examples; its part is too small")
    }
  }

  private static func refuseOther(_ split: Entry, _ file: String) throws(RecipeError) {
    guard split.number("test") > 0 || split["folds"] != nil || split["test_where"] != nil else {
      return
    }
    throw RecipeError(
      file: file, split.place, "asks for a test part, but the source has one of its own")
  }

  private static func places(
    _ material: Material, _ conditions: Entry, _ file: String
  ) throws(RecipeError) -> Set<Int> {
    var chosen = Set(0..<material.count)
    for (name, values) in conditions.members {
      guard let field = material.fields[name] else {
        throw RecipeError(
          file: file, values.place,
          "the examples have no \(name); they have: "
            + (material.fields.isEmpty
              ? "nothing of the kind" : material.fields.keys.sorted().joined(separator: ", ")))
      }
      let wanted = Set(values.list.map(\.name))
      chosen = chosen.filter { wanted.contains(field[$0]) }
    }
    guard !chosen.isEmpty, chosen.count < material.count else {
      throw RecipeError(
        file: file, conditions.place,
        "holds for \(chosen.isEmpty ? "none" : "all") of the \(material.count) examples")
    }
    return chosen
  }
}

/// How a share of examples is cut off: whole groups, or examples one by one, of each class as many.
private struct Cutting {
  /// How much is cut off.
  enum Share {
    case part(Double)
    /// One of so many equal parts.
    case fold(Int, of: Int)

    /// The indices of a list that are cut off, spread evenly over it.
    func indices(of count: Int) -> [Int] {
      (0..<count).filter { index in
        switch self {
        case .part(let part):
          (Double(index + 1) * part + 0.5).rounded(.down) > (Double(index) * part + 0.5).rounded(.down)
        case .fold(let fold, let folds): index % folds == fold
        }
      }
    }
  }

  /// The number of the group of each example; nil where each stands alone.
  let groups: [Int]?
  let labels: [Int]
  let isByTime: Bool

  init(_ material: Material, _ split: Entry, _ file: String) throws(RecipeError) {
    isByTime = split.name("by") == "time"
    labels = split.name("by") == "stratified" ? material.labels : []
    guard let group = split["group"] else {
      groups = nil
      return
    }
    guard let field = material.fields[group.name] else {
      throw RecipeError(
        file: file, group.place,
        "the examples have no \(group.name); they have: "
          + (material.fields.isEmpty
            ? "nothing of the kind" : material.fields.keys.sorted().joined(separator: ", ")))
    }
    var numbers: [String: Int] = [:]
    groups = field.map { value in
      let number = numbers[value] ?? numbers.count
      numbers[value] = number
      return number
    }
  }

  /// A share of the places, in the order of the examples.
  func take(_ places: [Int], _ share: Share, _ random: inout RandomSource) -> [Int] {
    if isByTime {
      switch share {
      case .part(let part): return Array(places.suffix(Int((Double(places.count) * part).rounded())))
      case .fold(let fold, let folds):
        return Array(places[places.count * fold / folds..<places.count * (fold + 1) / folds])
      }
    }
    if let groups {
      let all = shuffled(Set(places.map { groups[$0] }).sorted(), &random)
      let chosen = Set(share.indices(of: all.count).map { all[$0] })
      return places.filter { chosen.contains(groups[$0]) }
    }
    var order = shuffled(places, &random)
    if !labels.isEmpty {
      // Class by class end to end: what is spread evenly over them takes its share of each.
      order = order.enumerated().sorted {
        (labels[$0.element], $0.offset) < (labels[$1.element], $1.offset)
      }.map(\.element)
    }
    return share.indices(of: order.count).map { order[$0] }.sorted()
  }

  private func shuffled(_ all: [Int], _ random: inout RandomSource) -> [Int] {
    random.permutation(all.count).scalars(as: Int.self).map { all[$0] }
  }
}
