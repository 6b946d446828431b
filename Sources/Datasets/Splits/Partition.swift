import Arrays

/// A division of a data set into a part to train on and a part to test on, by places: it fits any
/// data set, and costs nothing but the numbers.
///
/// ```swift
/// let (training, test) = pictures.parts(.stratified(labels, testFraction: 0.2, seed: 1))
/// ```
/// Both parts keep the order that the examples had, and no example is in both. A third part, for
/// validation, comes from dividing the training part again. The same seed gives the same parts,
/// always and everywhere.
public struct Partition: Sendable, Hashable {
  /// The places to train on, rising.
  public let training: [Int]
  /// The places to test on, rising.
  public let test: [Int]

  /// The places that are for testing; all others are for training.
  init(_ isTest: [Bool]) {
    training = isTest.indices.filter { !isTest[$0] }
    test = isTest.indices.filter { isTest[$0] }
  }

  /// A test part of ⌊count · testFraction + ½⌋ examples, every choice equally likely.
  ///
  /// - Parameters:
  ///   - count: Examples in the data set.
  ///   - testFraction: 0 … 1; stops when it lies outside.
  ///   - seed: Decides which.
  public static func shuffled(_ count: Int, testFraction: Double, seed: UInt64) -> Partition {
    let share = testCount(count, testFraction, in: "shuffled")
    var isTest = [Bool](repeating: false, count: count)
    for place in order(count, seed).prefix(share) { isTest[place] = true }
    return Partition(isTest)
  }

  /// A test part of ⌊N · testFraction + ½⌋ examples in which every class has its share.
  ///
  /// Each class gives ⌊n · testFraction⌋ of its n examples, and the classes with the largest
  /// remainders one more until the total is reached (of equal remainders the one that occurs first),
  /// so that no class is off by a whole example.
  ///
  /// - Parameters:
  ///   - labels: The class of each example: its number, or its name.
  ///   - testFraction: 0 … 1; stops when it lies outside.
  ///   - seed: Decides which examples of a class go.
  public static func stratified<Label: Hashable>(
    _ labels: [Label], testFraction: Double, seed: UInt64
  ) -> Partition {
    let total = testCount(labels.count, testFraction, in: "stratified")
    let classes = places(byValue: labels)
    let exact = classes.map { Double($0.count) * testFraction }
    var shares = exact.map { Int($0) }
    let ranking = classes.indices.sorted { a, b in
      let (first, second) = (exact[a] - Double(shares[a]), exact[b] - Double(shares[b]))
      return first == second ? a < b : first > second
    }
    for number in ranking.prefix(max(0, total - shares.reduce(0, +))) { shares[number] += 1 }

    var isTest = [Bool](repeating: false, count: labels.count)
    var random = RandomScalars(seed: seed, use: .split)
    for (places, share) in zip(classes, shares) {
      var places = places
      random.shuffle(&places)
      for place in places.prefix(share) { isTest[place] = true }
    }
    return Partition(isTest)
  }

  /// A test part of whole groups: examples that belong together, as those of one person, are never
  /// divided.
  ///
  /// Groups come in random order, and each goes to the test part that brings its size nearer to
  /// N · testFraction; so it is off by at most half of the largest group, and where groups have one
  /// size exactly as near as they allow.
  ///
  /// - Parameters:
  ///   - groups: The group of each example.
  ///   - testFraction: 0 … 1, of the examples; stops when it lies outside.
  ///   - seed: Decides which groups go.
  public static func grouped<Group: Hashable>(
    _ groups: [Group], testFraction: Double, seed: UInt64
  ) -> Partition {
    _ = testCount(groups.count, testFraction, in: "grouped")
    var members = places(byValue: groups)
    var random = RandomScalars(seed: seed, use: .split)
    random.shuffle(&members)
    let wanted = Double(groups.count) * testFraction
    var (isTest, size) = ([Bool](repeating: false, count: groups.count), 0)
    for places in members
    where abs(Double(size + places.count) - wanted) < abs(Double(size) - wanted) {
      for place in places { isTest[place] = true }
      size += places.count
    }
    return Partition(isTest)
  }

  /// A test part of the latest examples, ⌊N · testFraction + ½⌋ or fewer: examples of one time stay
  /// together, in the training part. Nothing is trained on that happened after what is tested.
  ///
  /// - Parameters:
  ///   - times: When each example was; in any order.
  ///   - testFraction: 0 … 1; stops when it lies outside.
  public static func byTime<Time: Comparable>(
    _ times: [Time], testFraction: Double
  ) -> Partition {
    let share = testCount(times.count, testFraction, in: "byTime")
    var isTest = [Bool](repeating: false, count: times.count)
    guard share > 0 else { return Partition(isTest) }
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    let last = times.count - share - 1
    for place in order.suffix(share) where last < 0 || times[order[last]] < times[place] {
      isTest[place] = true
    }
    return Partition(isTest)
  }
}

extension Partition {
  private static func testCount(_ count: Int, _ fraction: Double, in name: String) -> Int {
    guard (0...1).contains(fraction) else {
      stop("Partition.\(name): testFraction is \(fraction), which is not in 0 … 1")
    }
    return Int((Double(count) * fraction).rounded())
  }

  /// The places 0 ..< count in random order.
  static func order(_ count: Int, _ seed: UInt64) -> [Int] {
    var random = RandomScalars(seed: seed, use: .split)
    var order = Array(0..<count)
    random.shuffle(&order)
    return order
  }

  /// The places of each value, in the order in which values first occur.
  static func places<Value: Hashable>(byValue values: [Value]) -> [[Int]] {
    var numbers: [Value: Int] = [:]
    var places: [[Int]] = []
    for (place, value) in values.enumerated() {
      if let number = numbers[value] {
        places[number].append(place)
      } else {
        numbers[value] = places.count
        places.append([place])
      }
    }
    return places
  }
}

extension Dataset {
  /// The two parts of a data set; stops when the partition is of another number of examples.
  public func parts(_ partition: Partition) -> (training: Subset<Self>, test: Subset<Self>) {
    guard partition.training.count + partition.test.count == count else {
      stop(
        "Dataset.parts: a partition of \(partition.training.count + partition.test.count) "
          + "examples does not fit a data set of \(count)")
    }
    return (Subset(self, places: partition.training), Subset(self, places: partition.test))
  }
}
