import Arrays
import Tensors

extension LabelledImages {
  /// Two parts in which every class has its share: a stratified split.
  ///
  /// The test part has ⌊N · testFraction + ½⌋ images. Each class gives ⌊n · testFraction⌋ of its n,
  /// and the classes with the largest remainders one more until the total is reached (of equal
  /// remainders the lower class first), so that no class is off by a whole image. Which images
  /// of a class go, the seed says. Both parts keep the order that the images had.
  ///
  /// - Parameters:
  ///   - testFraction: 0 … 1; stops when it lies outside.
  ///   - seed: the same seed gives the same parts, always and everywhere.
  public func split(
    testFraction: Double, seed: UInt64
  ) -> (training: LabelledImages, test: LabelledImages) {
    guard (0...1).contains(testFraction) else {
      stop("LabelledImages.split: testFraction is \(testFraction), which is not in 0 … 1")
    }
    var placesOfClass = [[Int]](repeating: [], count: classCount)
    for (place, label) in classes.enumerated() { placesOfClass[label].append(place) }
    let shares = LabelledImages.shares(placesOfClass.map(\.count), of: testFraction)

    var isTest = [Bool](repeating: false, count: count)
    var random = SeededStream.split.source(seed: seed)
    for (places, share) in zip(placesOfClass, shares) {
      let order = random.permutation(places.count).scalars(as: Int.self)
      for chosen in order.prefix(share) { isTest[places[chosen]] = true }
    }
    return (
      selecting((0..<count).filter { !isTest[$0] }), selecting((0..<count).filter { isTest[$0] })
    )
  }

  /// How many of each class go: the largest remainders get what rounding down has left.
  private static func shares(_ counts: [Int], of fraction: Double) -> [Int] {
    let exact = counts.map { Double($0) * fraction }
    var shares = exact.map { Int($0) }
    let total = Int((Double(counts.reduce(0, +)) * fraction).rounded())
    let order = counts.indices.sorted { a, b in
      let (first, second) = (exact[a] - Double(shares[a]), exact[b] - Double(shares[b]))
      return first == second ? a < b : first > second
    }
    for label in order.prefix(max(0, total - shares.reduce(0, +))) { shares[label] += 1 }
    return shares
  }
}
