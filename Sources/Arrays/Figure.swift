/// Figures with units, for reading.
package enum Figure {
  /// A number of bytes with one decimal and a binary unit: 12.3 GiB.
  package static func bytes(_ byteCount: Int) -> String {
    if byteCount < 1024 { return "\(byteCount) B" }
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var tenths = Double(byteCount) * 10 / 1024
    var unit = 0
    // What would be rounded to 1024.0 is 1.0 of the next unit.
    while tenths.rounded() >= 10240 && unit + 1 < units.count {
      tenths /= 1024
      unit += 1
    }
    let rounded = Int(tenths.rounded())
    return "\(rounded / 10).\(rounded % 10) \(units[unit])"
  }
}
