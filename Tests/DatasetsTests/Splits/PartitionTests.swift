import Datasets
import Testing

@Suite struct PartitionTests {
  /// All places are in exactly one part.
  private func isWhole(_ partition: Partition, _ count: Int) -> Bool {
    (partition.training + partition.test).sorted() == Array(0..<count)
      && partition.training == partition.training.sorted()
      && partition.test == partition.test.sorted()
  }

  @Test("the sizes of parts", arguments: [0, 1, 2, 7, 100], [0, 0.1, 0.25, 0.5, 1])
  func sizes(count: Int, fraction: Double) {
    let share = Int((Double(count) * fraction).rounded())
    let labels = (0..<count).map { $0 * 7 % 3 }
    for partition in [
      Partition.shuffled(count, testFraction: fraction, seed: 1),
      Partition.stratified(labels, testFraction: fraction, seed: 1),
      Partition.byTime(Array(0..<count), testFraction: fraction),
    ] {
      #expect(isWhole(partition, count) && partition.test.count == share)
    }
    for label in 0..<3 {
      let (all, test) = (
        labels.filter { $0 == label }.count,
        Partition.stratified(labels, testFraction: fraction, seed: 1).test
          .filter { labels[$0] == label }.count
      )
      #expect(abs(Double(test) - Double(all) * fraction) < 1)
    }
  }

  @Test("the seed decides, and labels may be names")
  func seeds() {
    let names = (0..<60).map { ["cat", "dog", "emu"][$0 % 3] }
    let first = Partition.stratified(names, testFraction: 0.5, seed: 1)
    #expect(first == Partition.stratified(names, testFraction: 0.5, seed: 1))
    #expect(first != Partition.stratified(names, testFraction: 0.5, seed: 2))
    #expect(Partition.shuffled(60, testFraction: 0.5, seed: 1).test != Array(30..<60))
  }

  @Test("groups stay whole, and the size is as near as the largest group allows")
  func groups() {
    var random = RandomScalars(seed: 4)
    for round in 0..<50 {
      let groups = (0..<97).map { _ in random.integer(below: 12) }
      let partition = Partition.grouped(groups, testFraction: 0.3, seed: UInt64(round))
      #expect(isWhole(partition, 97))
      let (training, test) = (
        Set(partition.training.map { groups[$0] }), Set(partition.test.map { groups[$0] })
      )
      #expect(training.isDisjoint(with: test))
      let largest = Dictionary(grouping: groups, by: { $0 }).values.map(\.count).max() ?? 0
      #expect(abs(Double(partition.test.count) - 97 * 0.3) <= Double(largest) / 2)
    }
  }

  @Test("nothing in training is later than what is tested")
  func time() {
    let times = [5, 1, 3, 3, 2, 3, 9, 3]
    let partition = Partition.byTime(times, testFraction: 0.5)
    #expect(isWhole(partition, 8))
    #expect(partition.test == [0, 6])
    #expect(Partition.byTime(times, testFraction: 0.25).test == [0, 6])
    #expect(Partition.byTime(times, testFraction: 1).test == Array(0..<8))
  }

  @Test("a data set in two parts")
  func parts() throws {
    let data = ArrayDataset(["a", "b", "c", "d"])
    let (training, test) = data.parts(Partition.shuffled(4, testFraction: 0.5, seed: 2))
    let all =
      try (0..<2).map { try training.example(at: $0) } + (0..<2).map { try test.example(at: $0) }
    #expect(all.sorted() == ["a", "b", "c", "d"])
  }
}

@Suite struct FoldTests {
  private func isWhole(_ folds: [Partition], _ count: Int) -> Bool {
    folds.flatMap(\.test).sorted() == Array(0..<count)
      && folds.allSatisfy { ($0.training + $0.test).sorted() == Array(0..<count) }
  }

  @Test("folds differ by at most one", arguments: [2, 3, 7], [7, 20, 21])
  func sizes(folds: Int, count: Int) {
    for seed: UInt64? in [nil, 1] {
      let parts = Partition.folds(count, folds, seed: seed)
      #expect(isWhole(parts, count))
      #expect(
        parts.map(\.test.count) == (0..<folds).map { count / folds + ($0 < count % folds ? 1 : 0) })
    }
    #expect(Partition.folds(6, 3).map(\.test) == [[0, 1], [2, 3], [4, 5]])
  }

  @Test("classes are spread as evenly as in scikit-learn")
  func stratified() {
    for example in TransformGolden.shared.folds {
      let folds = Partition.stratifiedFolds(example.labels, example.folds, seed: 1)
      #expect(isWhole(folds, example.labels.count))
      let counts = self.counts(folds, example.labels)
      for label in counts[0].indices {
        #expect(counts.map { $0[label] }.sorted() == example.stratified.map { $0[label] }.sorted())
      }
      let sizes = folds.map(\.test.count)
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
  }

  @Test("groups stay whole, in folds as equal as scikit-learn's")
  func grouped() {
    for example in TransformGolden.shared.folds {
      let folds = Partition.groupedFolds(example.groups, example.folds, seed: 1)
      #expect(isWhole(folds, example.groups.count))
      #expect(areApart(folds, example.groups))
      #expect(folds.map(\.test.count).sorted() == example.grouped)
    }
  }

  @Test("whole groups with classes about as even as in scikit-learn")
  func stratifiedGrouped() {
    for example in TransformGolden.shared.folds {
      let folds = Partition.stratifiedGroupedFolds(
        example.labels, groups: example.groups, example.folds, seed: 1)
      #expect(isWhole(folds, example.groups.count) && areApart(folds, example.groups))
      let (ours, theirs) = (
        spread(counts(folds, example.labels)), spread(example.stratifiedGrouped)
      )
      #expect(ours <= 1.1 * theirs + 0.01, "\(ours) against \(theirs)")
    }
  }

  @Test("folds by time never look ahead")
  func time() {
    let times = [4.0, 1, 9, 2, 7, 3, 8, 0, 5, 6]
    let folds = Partition.foldsByTime(times, 3)
    #expect(folds.map(\.test.count) == [2, 2, 2])
    #expect(folds.map(\.training.count) == [4, 6, 8])
    for (training, test) in folds {
      #expect((training.map { times[$0] }.max() ?? 0) < (test.map { times[$0] }.min() ?? 0))
    }
  }

  @Test("folds by time train on nothing of the time that is tested")
  func equalTimes() {
    for (training, test) in Partition.foldsByTime([0, 1, 1, 1, 2, 2, 2, 2], 3) {
      let last = training.map { [0, 1, 1, 1, 2, 2, 2, 2][$0] }.max() ?? -1
      #expect(test.allSatisfy { [0, 1, 1, 1, 2, 2, 2, 2][$0] > last })
    }
  }

  private func areApart(_ folds: [Partition], _ groups: [Int]) -> Bool {
    folds.allSatisfy { fold in
      Set(fold.training.map { groups[$0] }).isDisjoint(with: fold.test.map { groups[$0] })
    }
  }

  private func counts(_ folds: [Partition], _ labels: [Int]) -> [[Int]] {
    let classes = (labels.max() ?? 0) + 1
    return folds.map { fold in
      (0..<classes).map { label in fold.test.filter { labels[$0] == label }.count }
    }
  }

  /// The sum, over classes, of the variance of their shares over the folds.
  private func spread(_ counts: [[Int]]) -> Double {
    counts[0].indices.reduce(0.0) { sum, label in
      let column = counts.map { Double($0[label]) }
      let total = column.reduce(0, +)
      let mean = 1 / Double(column.count)
      return sum
        + column.reduce(0) { $0 + ($1 / total - mean) * ($1 / total - mean) } / Double(column.count)
    }
  }
}
