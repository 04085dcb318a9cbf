//! What the user says of the offer: it does not stand in any image.

/// A value with where it was said: an option, or a file and line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    /// The value.
    pub value: T,
    /// Where it was said.
    pub from: String,
}

/// A property of the plan, as Partner Center asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Property {
    /// *Supports VM extensions*.
    Extensions,
    /// *Supports cloud-init*.
    CloudInit,
    /// *Supports NVMe*.
    Nvme,
    /// *Supports accelerated networking*.
    AcceleratedNetworking,
    /// *Remote desktop/SSH not supported*.
    RemoteAccessDisabled,
}

/// The type of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OfferType {
    /// Virtual machine.
    #[default]
    VirtualMachine,
    /// Solution template.
    SolutionTemplate,
    /// Anything else.
    Other,
}

/// What the user says of the offer. What is absent was not said.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// Its type.
    pub offer_type: OfferType,
    /// Properties of the plan, and whether each is claimed.
    pub claims: Vec<(Property, Said<bool>)>,
    /// The types of the subscriptions that may see the preview.
    pub preview_subscriptions: Option<Said<Vec<String>>>,
    /// The logical unit numbers of the data disks.
    pub data_disks: Option<Said<Vec<u32>>>,
    /// How many data disks the version before has.
    pub previous_data_disks: Option<Said<u32>>,
}

impl Offer {
    /// What was said of a property.
    pub fn said(&self, property: Property) -> Option<&Said<bool>> {
        let found = self.claims.iter().find(|(said, _)| *said == property);
        found.map(|(_, said)| said)
    }

    /// Where a property was claimed; none where it was not, or was said not to be there.
    pub fn claimed(&self, property: Property) -> Option<&str> {
        self.said(property)
            .filter(|said| said.value)
            .map(|said| said.from.as_str())
    }
}
