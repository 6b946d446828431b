/// The fields that stand for a missing value, quick to compare with.
struct MissingMarkers {
  private let markers: [[UInt8]]
  private let longest: Int
  private let hasEmpty: Bool
  /// For each byte whether a marker begins with it.
  private var isFirst = [Bool](repeating: false, count: 256)

  init(_ words: Set<String>) {
    markers = words.map { Array($0.utf8) }
    longest = markers.map(\.count).max() ?? -1
    hasEmpty = words.contains("")
    for marker in markers {
      if let first = marker.first { isFirst[Int(first)] = true }
    }
  }

  func contains(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = field.first else { return hasEmpty }
    if field.count > longest || !isFirst[Int(first)] { return false }
    return markers.contains { $0.elementsEqual(field) }
  }
}
