import Datasets

/// An example as a person would want to see it.
struct Portrait: Sendable, Hashable {
  /// A PNG file.
  var picture: [UInt8]?
  /// Its file, or its place as `myelin data split` counts it, with what stands there.
  var caption: String
}

extension RecipeData {
  /// The example of a place before its transforms; where it cannot be read, the caption says why.
  func portrait(_ place: Int) -> Portrait {
    do throws(DatasetError) {
      return Portrait(picture: try picture(place)?.png, caption: caption(place))
    } catch {
      return Portrait(caption: "\(error)")
    }
  }

  private func picture(_ place: Int) throws(DatasetError) -> Image? {
    switch material.examples {
    case .pictures(let pictures): try pictures.example(at: place).value.thumbnail
    case .pictureBytes(let pictures): try pictures.example(at: place).value.thumbnail
    case .sounds(let sounds): try sounds.example(at: place).value.thumbnail
    case .rows, .tokens, .texts: nil
    }
  }

  private func caption(_ place: Int) -> String {
    if material.names.indices.contains(place) { return material.names[place] }
    let fields = material.columns.compactMap { column in
      material.fields[column.name].map { "\(column.name)=\($0[place])" }
    }
    return "example \(place)" + (fields.isEmpty ? "" : ": ") + fields.joined(separator: ", ")
  }
}

/// The longest side of a picture in a report, in pixels.
private let largestSide = 160

extension Image {
  /// The picture as a report shows it, made smaller where it is large; nil where PNG has no form of
  /// it.
  var thumbnail: Image? {
    guard channels == 1 || channels == 3, height > 0, width > 0 else { return nil }
    let longest = max(height, width)
    if longest <= largestSide { return self }
    func side(_ length: Int) -> Int { max(1, length * largestSide / longest) }
    return resized(to: PixelSize(height: side(height), width: side(width)))
  }
}

extension Waveform {
  /// Loudness by pitch, low ones at the bottom, over 60 decibels; nil for a sound without a sample.
  var thumbnail: Image? {
    guard count > 0 else { return nil }
    // Some 32 ms, in which speech hardly changes.
    var window = 64
    while window * 2 <= sampleRate / 30 { window *= 2 }
    let range = 60.0
    let mel = MelSpectrogram(
      sampleRate: sampleRate,
      spectrogram: Spectrogram(fftSize: window, hop: max(window / 4, count / largestSide)),
      count: 40, decibels: MelSpectrogram.Decibels(range: range))
    guard let spectrum = try? mel(mono) else { return nil }
    let (pitches, frames) = (spectrum.shape[1], spectrum.shape[2])
    let values = spectrum.scalars(as: Float.self)
    guard let greatest = values.max(), greatest.isFinite else { return nil }
    var pixels = [UInt8](repeating: 0, count: pitches * frames)
    for pitch in 0..<pitches {
      for frame in 0..<frames {
        let part = 1 - Double(greatest - values[pitch * frames + frame]) / range
        pixels[(pitches - 1 - pitch) * frames + frame] = UInt8(255 * min(1, max(0, part)))
      }
    }
    return Image(height: pitches, width: frames, channels: 1, pixels: pixels).thumbnail
  }
}
