//! JSON, enough for the protocol: a reader of lines, and numbers as the protocol writes them.

use crate::network::{Layer, Real};

pub enum Json {
    Other, // null, true, false
    Number(f64),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub fn parse(line: &str) -> Result<Json, String> {
        Reader { bytes: line.as_bytes(), at: 0 }.value(0)
    }

    /// A field of an object; anything else has none.
    pub fn field(&self, name: &str) -> &Json {
        let Json::Object(fields) = self else {
            return &Json::Other;
        };
        fields.iter().find(|(found, _)| found == name).map_or(&Json::Other, |(_, value)| value)
    }

    pub fn text(&self) -> &str {
        if let Json::Text(text) = self {
            text
        } else {
            ""
        }
    }

    pub fn items(&self) -> &[Json] {
        if let Json::Array(items) = self {
            items
        } else {
            &[]
        }
    }

    pub fn number(&self) -> Result<Real, String> {
        match (self, self.text()) {
            (Json::Number(number), _) => Ok(*number as Real),
            (_, "NaN") => Ok(Real::NAN),
            (_, "Infinity") => Ok(Real::INFINITY),
            (_, "-Infinity") => Ok(Real::NEG_INFINITY),
            _ => Err("something that is no number".into()),
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// The next byte that is no white space, 0 at the end.
    fn next(&mut self) -> u8 {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        let found = self.next() == byte;
        self.at += 1;
        if found {
            Ok(())
        } else {
            Err(format!("not JSON: no {} at byte {}", byte as char, self.at))
        }
    }

    /// The bytes up to where `ends` says; as text, for a request is ASCII.
    fn until(&mut self, ends: fn(u8) -> bool) -> String {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|byte| !ends(*byte)) {
            self.at += if self.bytes[self.at] == b'\\' { 2 } else { 1 };
        }
        String::from_utf8_lossy(&self.bytes[start..self.at.min(self.bytes.len())]).into_owned()
    }

    /// Escapes stay as they are, for no string that matters here has any.
    fn string(&mut self) -> Result<String, String> {
        self.expect(b'"')?;
        let text = self.until(|byte| byte == b'"');
        self.expect(b'"')?;
        Ok(text)
    }

    fn value(&mut self, depth: usize) -> Result<Json, String> {
        if depth > 100 {
            return Err("nested too deeply".into());
        }
        let (mut items, mut fields) = (Vec::new(), Vec::new());
        match self.next() {
            b'"' => return self.string().map(Json::Text),
            b'[' => {
                self.at += 1;
                while self.next() != b']' {
                    if !items.is_empty() {
                        self.expect(b',')?;
                    }
                    items.push(self.value(depth + 1)?);
                }
            }
            b'{' => {
                self.at += 1;
                while self.next() != b'}' {
                    if !fields.is_empty() {
                        self.expect(b',')?;
                    }
                    let name = self.string()?;
                    self.expect(b':')?;
                    fields.push((name, self.value(depth + 1)?));
                }
                self.at += 1;
                return Ok(Json::Object(fields));
            }
            _ => {
                let word = self.until(|byte| b",]} \t\r\n".contains(&byte));
                let other = ["null", "true", "false"].contains(&word.as_str());
                return if other {
                    Ok(Json::Other)
                } else {
                    word.parse().map(Json::Number).map_err(|_| format!("not JSON: {word:?}"))
                };
            }
        }
        self.at += 1;
        Ok(Json::Array(items))
    }
}

/// What can be written: numbers as the shortest decimal that reads back as the same, NaN and infinities as strings.
pub trait Write {
    fn json(&self) -> String;
}

impl Write for Real {
    fn json(&self) -> String {
        match *self {
            x if x.is_finite() => format!("{x:e}"),
            x if x.is_nan() => "\"NaN\"".into(),
            x => format!("\"{}Infinity\"", if x < 0.0 { "-" } else { "" }),
        }
    }
}

impl Write for &str {
    fn json(&self) -> String {
        format!("\"{}\"", self.replace(['"', '\\'], "'"))
    }
}

impl Write for Layer {
    fn json(&self) -> String {
        format!("{{\"weights\": {}, \"biases\": {}}}", self.weights.json(), self.biases.json())
    }
}

impl<T: Write> Write for [T] {
    fn json(&self) -> String {
        format!("[{}]", self.iter().map(Write::json).collect::<Vec<_>>().join(", "))
    }
}

impl<T: Write> Write for Vec<T> {
    fn json(&self) -> String {
        self.as_slice().json()
    }
}
