import Arrays
import Tensors

/// How two tensors of one name differ.
public struct TensorDifference: Sendable, Hashable, Codable {
  /// The name, for example `hidden.weight`.
  public let path: String
  /// What differs.
  public let kind: Kind

  /// What differs between two tensors.
  public enum Kind: Sendable, Hashable, Codable {
    /// Only the first has it, or only the second.
    case onlyInFirst, onlyInSecond
    /// Other shapes or element types, in words.
    case unlike(String, String)
    /// So many elements have other bits; the largest |first − second|, and where it is, counted
    /// row-major. Infinite or NaN where either number is.
    case values(count: Int, of: Int, largest: Double, place: Int)
    /// Other bits, as digests say; how far apart the numbers are is estimated, and not known where
    /// one of the lines has digests alone.
    case digests(Estimate?)
  }

  /// How far apart two tensors are, as far as the lines of their digests say.
  public struct Estimate: Sendable, Hashable, Codable {
    /// √Σ x² of the first and of the second.
    public let firstNorm, secondNorm: Double
    /// √Σ (first − second)², as a rule right to within a quarter.
    public let distance: Double

    init(_ first: TensorSketch, _ second: TensorSketch) {
      (firstNorm, secondNorm) = (first.norm, second.norm)
      distance = first.distance(to: second)
    }
  }

  public init(path: String, kind: Kind) {
    self.path = path
    self.kind = kind
  }

  /// The difference of two tensors, compared bit by bit; nil where there is none.
  public init?(_ path: String, _ first: Tensor, _ second: Tensor) {
    guard first.shape == second.shape, first.dataType == second.dataType else {
      self.init(
        path: path,
        kind: .unlike(
          "\(first.dataType) \(first.shape)", "\(second.dataType) \(second.shape)"))
      return
    }
    let width = first.dataType.byteCount
    let (a, b) = (first.array.compacted(), second.array.compacted())
    let places = withExtendedLifetime((a, b)) { () -> [Int] in
      let x = UnsafeRawBufferPointer(start: a.rawPointer, count: first.byteCount)
      let y = UnsafeRawBufferPointer(start: b.rawPointer, count: first.byteCount)
      return (0..<first.count).filter { place in
        (place * width..<(place + 1) * width).contains { x[$0] != y[$0] }
      }
    }
    if places.isEmpty { return nil }
    let (x, y) = (first.scalars(as: Double.self), second.scalars(as: Double.self))
    var (largest, place) = (-1.0, places[0])
    for index in places {
      let difference = abs(x[index] - y[index])
      // NaN is further away than anything.
      if difference > largest || difference.isNaN && !largest.isNaN {
        (largest, place) = (difference, index)
      }
    }
    self.init(
      path: path,
      kind: .values(count: places.count, of: first.count, largest: largest, place: place))
  }

  /// The differences of named tensors, in the order of the first list.
  public static func between(
    _ first: [(path: String, tensor: Tensor)], _ second: [(path: String, tensor: Tensor)]
  ) -> [TensorDifference] {
    let others = Dictionary(second.map { ($0.path, $0.tensor) }) { first, _ in first }
    let names = Set(first.map(\.path))
    return first.compactMap { path, tensor in
      others[path].map { TensorDifference(path, tensor, $0) }
        ?? TensorDifference(path: path, kind: .onlyInFirst)
    }
      + second.filter { !names.contains($0.path) }.map {
        TensorDifference(path: $0.path, kind: .onlyInSecond)
      }
  }
}

extension TensorDifference: CustomStringConvertible {
  public var description: String {
    switch kind {
    case .onlyInFirst: "\(path): only in the first"
    case .onlyInSecond: "\(path): only in the second"
    case .unlike(let first, let second): "\(path): \(first) and \(second)"
    case .digests(nil): "\(path): other bits"
    case .digests(let estimate?):
      "\(path): other bits; norms \(Words.number(estimate.firstNorm, digits: 6)) and "
        + "\(Words.number(estimate.secondNorm, digits: 6)), about "
        + "\(Words.number(estimate.distance, digits: 2)) apart"
    case .values(let count, let all, let largest, let place):
      "\(path): \(Words.grouped(count)) of \(Words.grouped(all)) elements differ, at most by "
        + "\(Words.number(largest)) (element \(Words.grouped(place)))"
    }
  }
}
