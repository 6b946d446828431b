import Glibc

extension MemoryLimit {
  /// All bounds that the files name: the control groups from the innermost outwards, the process's
  /// own limits, the machine. `read` gives a file's contents, nil where there is none; what is
  /// missing, or not as Linux writes it, bounds nothing.
  package static func bounds(reading read: (String) -> String?) -> [Bound] {
    controlGroupBounds(reading: read) + processBounds(reading: read) + machineBound(reading: read)
  }

  /// The soft limits of /proc/self/limits against the sizes of /proc/self/status.
  private static func processBounds(reading read: (String) -> String?) -> [Bound] {
    guard let limits = read("/proc/self/limits") else { return [] }
    let status = read("/proc/self/status") ?? ""
    let kinds: [(name: String, used: String, source: Source)] = [
      ("Max address space", "VmSize", .addressSpace), ("Max data size", "VmData", .data),
    ]
    return kinds.compactMap { kind in
      let line = limits.split(separator: "\n").first { $0.hasPrefix(kind.name) }
      let fields = line?.dropFirst(kind.name.count).split(separator: " ")
      guard let limit = fields?.first.flatMap({ byteCount($0) }) else { return nil }
      return Bound(kind.source, limit: limit, used: kibibytes(kind.used, in: status) ?? 0)
    }
  }

  /// MemTotal, of which all but MemAvailable counts as used; see proc(5).
  private static func machineBound(reading read: (String) -> String?) -> [Bound] {
    guard let text = read("/proc/meminfo"), let total = kibibytes("MemTotal", in: text),
      let available = kibibytes("MemAvailable", in: text)
    else { return [] }
    return [Bound(.machine, limit: total, used: max(0, total - available))]
  }

  /// A number of bytes; nil for `max`, `unlimited`, what is no number, and what no machine has.
  static func byteCount(_ text: some StringProtocol) -> Int? {
    // Control groups of version 1 say 2⁶³ less a page where there is no limit.
    guard let count = Int(text), count >= 0, count < 1 << 62 else { return nil }
    return count
  }

  /// The bytes of a line `name: 12 kB`.
  private static func kibibytes(_ name: String, in text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    let fields = line?.dropFirst(name.count + 1).split { $0 == " " || $0 == "\t" }
    guard let count = fields?.first.flatMap({ byteCount($0) }), count < 1 << 52 else { return nil }
    return count << 10
  }

  /// The contents of a file; nil where it cannot be read, or is larger than any that Linux writes
  /// here. Its length is known only at its end.
  static func contents(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 16 << 10)
    while bytes.count < 16 << 20 {
      let count = fread(&part, 1, part.count, file)
      if count == 0 { return ferror(file) == 0 ? String(decoding: bytes, as: UTF8.self) : nil }
      bytes += part[..<count]
    }
    return nil
  }
}
