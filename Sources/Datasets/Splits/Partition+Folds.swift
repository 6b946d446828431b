import Arrays

/// Cross-validation: `count` partitions, each example being in the test part of exactly one. All stop
/// when there are fewer than two folds or more folds than what is dealt out to them.
extension Partition {
  /// Folds that differ by at most one in size, the larger ones first.
  ///
  /// - Parameters:
  ///   - count: Examples in the data set.
  ///   - folds: How many parts there are.
  ///   - seed: Decides which examples go where; nil keeps neighbours together.
  public static func folds(_ count: Int, _ folds: Int, seed: UInt64? = nil) -> [Partition] {
    require(folds, of: count, "examples", in: "folds")
    let order = seed.map { self.order(count, $0) } ?? Array(0..<count)
    var fold = [Int](repeating: 0, count: count)
    for (index, place) in order.enumerated() {
      // The first count % folds of them have one more.
      let (size, larger) = count.quotientAndRemainder(dividingBy: folds)
      let boundary = larger * (size + 1)
      fold[place] = index < boundary ? index / (size + 1) : larger + (index - boundary) / size
    }
    return partitions(fold, folds)
  }

  /// Folds in which every class is spread evenly: of a class, and of all examples, no two folds
  /// differ by more than one.
  ///
  /// - Parameters:
  ///   - labels: The class of each example.
  ///   - folds: How many parts there are.
  ///   - seed: Decides which examples of a class go where.
  public static func stratifiedFolds<Label: Hashable>(
    _ labels: [Label], _ folds: Int, seed: UInt64
  ) -> [Partition] {
    require(folds, of: labels.count, "examples", in: "stratifiedFolds")
    var random = RandomScalars(seed: seed, use: .split)
    var fold = [Int](repeating: 0, count: labels.count)
    var next = 0
    // Dealt out like cards, each class going on where the one before ended.
    for var places in places(byValue: labels) {
      random.shuffle(&places)
      for place in places {
        fold[place] = next
        next = (next + 1) % folds
      }
    }
    return partitions(fold, folds)
  }

  /// Folds of whole groups, as equal in size as going through the groups from the largest to the
  /// smallest and giving each to the smallest fold makes them.
  ///
  /// - Parameters:
  ///   - groups: The group of each example.
  ///   - folds: How many parts there are.
  ///   - seed: Decides the order of groups of one size.
  public static func groupedFolds<Group: Hashable>(
    _ groups: [Group], _ folds: Int, seed: UInt64
  ) -> [Partition] {
    stratifiedGroupedFolds(
      [Int](repeating: 0, count: groups.count), groups: groups, folds, seed: seed)
  }

  /// Folds of whole groups in which classes are spread as evenly as the groups allow: groups go from
  /// the most to the least unevenly filled, each to the fold where it leaves the classes' shares
  /// most alike (the least sum, over classes, of the standard deviation of their shares).
  ///
  /// - Parameters:
  ///   - labels: The class of each example.
  ///   - groups: The group of each example.
  ///   - folds: How many parts there are.
  ///   - seed: Decides the order of groups that are alike.
  public static func stratifiedGroupedFolds<Label: Hashable, Group: Hashable>(
    _ labels: [Label], groups: [Group], _ folds: Int, seed: UInt64
  ) -> [Partition] {
    guard labels.count == groups.count else {
      stop("Partition.stratifiedGroupedFolds: \(labels.count) labels, \(groups.count) groups")
    }
    var members = places(byValue: groups)
    require(folds, of: members.count, "groups", in: "stratifiedGroupedFolds")
    var random = RandomScalars(seed: seed, use: .split)
    random.shuffle(&members)
    var fold = [Int](repeating: 0, count: groups.count)
    var balance = FoldBalance(classes: places(byValue: labels), folds: folds, count: labels.count)
    let contents = members.map { balance.counts(of: $0) }
    let order = members.indices.sorted { a, b in
      let (first, second) = (balance.unevenness(contents[a]), balance.unevenness(contents[b]))
      return first == second ? a < b : first > second
    }
    for number in order {
      let chosen = balance.best(for: contents[number])
      balance.add(contents[number], to: chosen)
      for place in members[number] { fold[place] = chosen }
    }
    return partitions(fold, folds)
  }

  /// Folds by time, each trained on all that was before it: the examples in `folds` + 1 spans of
  /// time, ⌊N / (folds + 1)⌋ each and the first one longer; every span but the first is tested on
  /// once. What is later is in neither part, and no example of the first span is ever tested. Examples
  /// of one time with the first that is tested are not trained on.
  public static func foldsByTime<Time: Comparable>(
    _ times: [Time], _ folds: Int
  ) -> [(training: [Int], test: [Int])] {
    require(folds + 1, of: times.count, "examples", in: "foldsByTime")
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    let size = times.count / (folds + 1)
    return (0..<folds).map { fold in
      let start = times.count - (folds - fold) * size
      let earlier = order[..<start].prefix { times[$0] < times[order[start]] }
      return (Array(earlier), Array(order[start..<start + size]))
    }
  }

  private static func require(_ folds: Int, of count: Int, _ what: String, in name: String) {
    guard folds >= 2, folds <= count else {
      stop("Partition.\(name): \(folds) parts of \(count) \(what); there must be 2 … \(count)")
    }
  }

  private static func partitions(_ fold: [Int], _ folds: Int) -> [Partition] {
    (0..<folds).map { number in Partition(fold.map { $0 == number }) }
  }
}

/// How the classes are spread over the folds so far.
private struct FoldBalance {
  /// The class of each example.
  private var classOf: [Int]
  private let totals: [Double]
  /// [folds][classes].
  private var filled: [[Double]]
  private var sizes: [Int]

  init(classes: [[Int]], folds: Int, count: Int) {
    classOf = [Int](repeating: 0, count: count)
    for (number, places) in classes.enumerated() {
      for place in places { classOf[place] = number }
    }
    totals = classes.map { Double($0.count) }
    filled = Array(repeating: Array(repeating: 0, count: classes.count), count: folds)
    sizes = Array(repeating: 0, count: folds)
  }

  func counts(of places: [Int]) -> [Double] {
    var counts = [Double](repeating: 0, count: totals.count)
    for place in places { counts[classOf[place]] += 1 }
    return counts
  }

  /// How much a group is to be placed early: its size where there is one class, otherwise how
  /// unlike its classes' numbers are.
  func unevenness(_ counts: [Double]) -> Double {
    let mean = counts.reduce(0, +) / Double(counts.count)
    return counts.count == 1
      ? counts[0] : counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  /// The fold where a group leaves the shares most alike; of equal ones the smallest, then the first.
  func best(for counts: [Double]) -> Int {
    var (best, least) = (0, Double.infinity)
    for fold in filled.indices {
      let spread = spread(with: counts, in: fold)
      if spread < least - 1e-12 || spread < least + 1e-12 && sizes[fold] < sizes[best] {
        (best, least) = (fold, spread)
      }
    }
    return best
  }

  mutating func add(_ counts: [Double], to fold: Int) {
    for (number, count) in counts.enumerated() { filled[fold][number] += count }
    sizes[fold] += Int(counts.reduce(0, +))
  }

  private func spread(with counts: [Double], in chosen: Int) -> Double {
    totals.indices.reduce(0.0) { sum, number in
      let shares = filled.indices.map { fold in
        (filled[fold][number] + (fold == chosen ? counts[number] : 0)) / totals[number]
      }
      let mean = shares.reduce(0, +) / Double(shares.count)
      let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(shares.count)
      return sum + variance.squareRoot()
    }
  }
}
