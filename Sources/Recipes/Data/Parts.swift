import Datasets

/// Which examples of a source are for training, validation and the test, as a recipe's `split` says.
///
/// The test part does not depend on the validation part, so that results with and without one compare.
struct Parts: Sendable, Hashable {
  private(set) var training: [Int]
  private(set) var validation: [Int]
  private(set) var test: [Int]

  init(_ material: Material, _ split: Entry, seed: UInt64, file: String) throws(RecipeError) {
    let cutting = try Cutting(material, split, seed: seed, file: file)
    let first: (training: [Int], test: [Int])
    if !material.testPlaces.isEmpty {
      guard split.number("test") == 0, split["folds"] == nil, split["test_where"] == nil else {
        throw RecipeError(
          file: file, split.place, "asks for a test part, but the source has one of its own")
      }
      first = Parts.apart(material.testPlaces, of: material.count)
    } else if let conditions = split["test_where"] {
      first = Parts.apart(
        try Parts.places(material, conditions, file), of: material.count)
    } else if let folds = split["folds"]?.integer {
      guard cutting.units.count >= folds else {
        throw RecipeError(
          file: file, split.place,
          "cuts \(cutting.units.count) \(cutting.units.words) into \(folds) folds")
      }
      first = cutting.fold(split.integer("fold"), of: folds)
    } else {
      first = cutting.cut(Array(0..<material.count), split.number("test"))
    }
    test = first.test
    (training, validation) = cutting.cut(first.training, split.number("validation"))
    if training.isEmpty {
      throw RecipeError(
        file: file, split.place, "leaves none of \(material.count) examples to train on")
    }
    for (name, part) in [("validation", validation), ("test", test)]
    where split.number(name) > 0 && part.isEmpty {
      throw RecipeError(
        file: file, split.place,
        "gives \(name) none of \(material.count) examples; its part is too small")
    }
  }

  private static func apart(_ test: [Int], of count: Int) -> (training: [Int], test: [Int]) {
    let chosen = Set(test)
    return ((0..<count).filter { !chosen.contains($0) }, test)
  }

  private static func places(
    _ material: Material, _ conditions: Entry, _ file: String
  ) throws(RecipeError) -> [Int] {
    var chosen = Array(0..<material.count)
    for (name, values) in conditions.members {
      let field = try material.field(name, values.place, file)
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

extension Material {
  /// A column or a part of names.
  fileprivate func field(
    _ name: String, _ place: Place, _ file: String
  ) throws(RecipeError) -> [String] {
    if let field = fields[name] { return field }
    let known =
      fields.isEmpty ? "nothing of the kind" : fields.keys.sorted().joined(separator: ", ")
    throw RecipeError(
      file: file, place, "names \(name), which examples have not; they have: \(known)")
  }
}

/// How a part of examples is cut off.
private struct Cutting {
  private enum Way {
    case shuffled
    case stratified([Int])
    case grouped([String])
    case byTime
  }

  private let way: Way
  private let count: Int
  private let seed: UInt64

  init(
    _ material: Material, _ split: Entry, seed: UInt64, file: String
  ) throws(RecipeError) {
    count = material.count
    self.seed = seed
    if let group = split["group"] {
      way = .grouped(try material.field(group.name, group.place, file))
    } else if split.name("by") == "time" {
      way = .byTime
    } else {
      let isStratified = split.name("by") == "stratified" && !material.labels.isEmpty
      way = isStratified ? .stratified(material.labels) : .shuffled
    }
  }

  /// What is never divided, and how many there are.
  var units: (count: Int, words: String) {
    guard case .grouped(let groups) = way else { return (count, "examples") }
    return (Set(groups).count, "groups")
  }

  /// A part of these places.
  func cut(_ places: [Int], _ fraction: Double) -> (training: [Int], test: [Int]) {
    if fraction == 0 { return (places, []) }
    let partition =
      switch way {
      case .shuffled: Partition.shuffled(places.count, testFraction: fraction, seed: seed)
      case .stratified(let labels):
        Partition.stratified(places.map { labels[$0] }, testFraction: fraction, seed: seed)
      case .grouped(let groups):
        Partition.grouped(places.map { groups[$0] }, testFraction: fraction, seed: seed)
      case .byTime: Partition.byTime(places, testFraction: fraction)
      }
    return (partition.training.map { places[$0] }, partition.test.map { places[$0] })
  }

  /// One of several equal parts of all places.
  func fold(_ number: Int, of folds: Int) -> (training: [Int], test: [Int]) {
    let all =
      switch way {
      case .shuffled: Partition.folds(count, folds, seed: seed)
      case .byTime: Partition.folds(count, folds)
      case .stratified(let labels): Partition.stratifiedFolds(labels, folds, seed: seed)
      case .grouped(let groups): Partition.groupedFolds(groups, folds, seed: seed)
      }
    return (all[number].training, all[number].test)
  }
}
